/**
 * Makes an element's content like another's, and leaves what is the same where it is, so that neither focus, nor
 * scroll, nor a half pressed button is lost.
 * @param {Element} old
 * @param {Element} wanted
 */
export function morph(old, wanted) {
	// What is kept is the script's own.
	if (old.hasAttribute("data-kept")) return;
	const left = new Set(old.childNodes);
	/** @type {ChildNode | null} */
	let place = old.firstChild;
	for (const node of [...wanted.childNodes]) {
		const same = [...left].find((one) => isSame(one, node));
		if (same === undefined) {
			old.insertBefore(node, place);
			continue;
		}
		left.delete(same);
		if (same === place) place = place.nextSibling;
		else old.insertBefore(same, place);
		if (same instanceof Element && node instanceof Element) {
			takeAttributes(same, node);
			morph(same, node);
		} else if (same.nodeValue !== node.nodeValue) {
			same.nodeValue = node.nodeValue;
		}
	}
	for (const node of left) node.remove();
}

/**
 * @param {Node} a
 * @param {Node} b
 */
function isSame(a, b) {
	if (a.nodeName !== b.nodeName) return false;
	if (!(a instanceof Element) || !(b instanceof Element)) return true;
	return a.getAttribute("data-key") === b.getAttribute("data-key");
}

/** What a person, or this script, has set since. */
const OWN = ["open", "aria-disabled"];

/**
 * @param {Element} old
 * @param {Element} wanted
 */
function takeAttributes(old, wanted) {
	for (const { name } of [...old.attributes]) {
		if (!wanted.hasAttribute(name) && !OWN.includes(name))
			old.removeAttribute(name);
	}
	for (const { name, value } of wanted.attributes) {
		if (old.getAttribute(name) !== value) old.setAttribute(name, value);
	}
}
