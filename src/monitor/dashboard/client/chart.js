/** @typedef {import("uplot")} Plot */

/** @type {typeof import("uplot")} */
const UPlot = Reflect.get(globalThis, "uPlot");
const HEIGHT = 190;

/** @type {Plot | undefined} */
let plot;

/** @param {string} name */
const colour = (name) => () =>
	getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Draws the table of hours. */
export function drawHours() {
	const place = document.getElementById("plot");
	if (place === null) return;
	const data = columns();
	if (plot) {
		plot.setData(data);
		return;
	}
	const drawn = new UPlot(optionsFor(place), data, place);
	plot = drawn;
	const fit = () => drawn.setSize({ width: place.clientWidth, height: HEIGHT });
	new ResizeObserver(fit).observe(place);
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
		drawn.redraw(false),
	);
}

/** @returns {import("uplot").AlignedData} when, seconds; webhooks; recovered */
function columns() {
	const rows = [...document.querySelectorAll("#hours tr[data-at]")].reverse();
	const numbers = rows.map((row) =>
		[...row.querySelectorAll("td")].map((cell) => Number(cell.textContent)),
	);
	return [
		rows.map((row) => Number(row.getAttribute("data-at")) / 1000),
		numbers.map(
			([accepted = 0, duplicate = 0, parked = 0]) =>
				accepted + duplicate + parked,
		),
		numbers.map(([, , , recovered = 0]) => recovered),
	];
}

/**
 * @param {Element} place
 * @returns {import("uplot").Options}
 */
function optionsFor(place) {
	const axis = {
		stroke: colour("--quiet"),
		font: "11px system-ui, sans-serif",
		ticks: { show: false },
	};
	return {
		width: place.clientWidth,
		height: HEIGHT,
		padding: [10, 18, 0, 0],
		legend: { show: false },
		cursor: { show: false },
		tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
		scales: {
			x: { range: (_plot, min, max) => [min - 2400, max + 2400] },
			y: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.1)] },
		},
		axes: [
			{
				...axis,
				grid: { show: false },
				size: 26,
				space: 48,
				values: (_plot, hours) => hours.map(asHour),
			},
			{
				...axis,
				grid: { stroke: colour("--line"), width: 1 },
				size: 34,
				space: 40,
				incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1e5],
			},
		],
		series: [
			{},
			{
				label: "Webhooks",
				fill: colour("--webhooks"),
				width: 0,
				paths: UPlot.paths.bars?.({ size: [0.7, 18], radius: 0.2 }),
				points: { show: false },
			},
			{
				label: "Recovered",
				fill: colour("--recovered"),
				width: 0,
				paths: UPlot.paths.bars?.({ size: [0.3, 7], radius: 0.2 }),
				points: { show: false },
			},
		],
	};
}

/** @param {number} seconds */
function asHour(seconds) {
	return new Date(seconds * 1000).toISOString().slice(11, 16);
}
