import { drawHours } from "./chart.js";
import { morph } from "./morph.js";

/** The server says something every 10 s; who hears nothing for so long hears nobody. ms */
const SILENCE_MS = 25_000;

const live = /** @type {HTMLElement} */ (document.getElementById("live"));
const said = /** @type {HTMLElement} */ (document.getElementById("said"));
/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;

/**
 * @param {"on" | "off"} state
 * @param {string} text
 */
function showLive(state, text) {
	live.dataset.state = state;
	live.textContent = text;
	if (state === "off") document.title = "Not live – NCA webhooks";
	else nameWindow();
}

const lost = () =>
	showLive("off", `Not live since ${new Date().toLocaleTimeString()}`);

function heard() {
	clearTimeout(silence);
	silence = setTimeout(lost, SILENCE_MS);
	showLive("on", "Live");
}

/** @param {{ id: string, mark: string, html: string }} section */
function take({ id, mark, html }) {
	const section = document.getElementById(id);
	if (section === null || section.dataset.mark === mark) return;
	const focused = document.activeElement;
	const hadFocus = focused !== null && section.contains(focused);
	const wanted = document.createElement("section");
	// Ours, escaped by the server; the policy lets no script in it run.
	wanted.innerHTML = html;
	morph(section, wanted);
	section.dataset.mark = mark;
	// What had the focus is gone: whoever goes on by keyboard goes on here.
	if (hadFocus && !focused.isConnected) {
		const heading = section.querySelector("h2");
		heading?.setAttribute("tabindex", "-1");
		heading?.focus({ preventScroll: true });
	}
	if (id === "hours") drawHours();
	if (id === "verdict") nameWindow();
}

function nameWindow() {
	const word = document.querySelector("[data-word]")?.getAttribute("data-word");
	document.title = `${word} – NCA webhooks`;
}

function connect() {
	const events = new EventSource("/dashboard/events");
	events.addEventListener("section", ({ data }) => take(JSON.parse(data)));
	events.addEventListener("alive", heard);
	events.addEventListener("failed", () => {
		clearTimeout(silence);
		showLive("off", "Not live: the program cannot read its store");
	});
	events.addEventListener("error", () => {
		clearTimeout(silence);
		if (live.dataset.state !== "off") lost();
		// After an answer that is no stream it does not try again by itself.
		if (events.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
	});
}

/** @param {HTMLFormElement} form */
async function press(form) {
	const button = form.querySelector("button");
	if (button === null || button.ariaDisabled === "true") return;
	button.ariaDisabled = "true";
	said.textContent = `${button.ariaLabel} …`;
	try {
		const answer = await fetch(form.action, { method: "POST" });
		const words = inWords(await answer.json());
		said.textContent = `${button.ariaLabel}: ${words}`;
		said.dataset.state = answer.ok ? "good" : "bad";
	} catch {
		said.textContent = `${button.ariaLabel}: no answer`;
		said.dataset.state = "bad";
	} finally {
		button.ariaDisabled = null;
	}
}

/** @param {Record<string, unknown>} answer */
function inWords({ error, status, why, checked, ...counts }) {
	if (error) return String(error);
	if (status) return why ? `${status}: ${why}` : String(status);
	const found = Object.entries(counts).filter(([, number]) => Number(number));
	return [
		`${checked} checked`,
		...found.map(([what, n]) => `${n} ${what}`),
	].join(", ");
}

document.addEventListener("submit", (event) => {
	if (!(event.target instanceof HTMLFormElement)) return;
	event.preventDefault();
	void press(event.target);
});

nameWindow();
drawHours();
connect();
