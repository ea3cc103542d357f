import type { EndingTotal } from "../inbox/inbox.ts";
import type { Figures } from "./figures.ts";
import { averageSeconds, rate } from "./rates.ts";
import type { Stored } from "./stored.ts";

export function recoveryFigures({
	endings,
	counts,
	lateWebhooks,
}: Stored): Figures["recovery"] {
	const sum = (matches: (one: EndingTotal) => boolean) =>
		endings
			.filter((one) => one.state === "done" && matches(one))
			.reduce((all, { total }) => all + total, 0);
	const closed = ({ verdict }: EndingTotal) =>
		/^(completed|failed)\b/.test(verdict) && !verdict.endsWith("itself");
	const byPolling = sum(
		(one) => closed(one) && (one.via === "polling" || one.via === "nca_status"),
	);
	const inferred = sum((one) => closed(one) && one.via === "polling");
	const delivered = sum((one) => closed(one) && one.via === "webhook");
	const wrong = sum(({ verdict }) => verdict.endsWith("a false positive"));
	return {
		recovered_by_polling: byPolling,
		average_recovery_seconds: averageSeconds(counts, "recovery"),
		false_positives: wrong,
		false_positive_rate: rate(wrong, inferred),
		webhook_loss_rate: rate(byPolling, byPolling + delivered),
		late_webhooks: lateWebhooks,
	};
}
