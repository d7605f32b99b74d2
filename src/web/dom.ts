// Elements out of code. Texts become text nodes: no name of a benchmark is ever parsed as markup.

export type Child = Node | string | number | null | undefined | false | Child[];
type Attribute = string | number | boolean | null | undefined | ((e: never) => void);

const SVG = "http://www.w3.org/2000/svg";

function fill(node: Element, attributes: Record<string, Attribute>, children: Child[]): void {
	for (const [key, value] of Object.entries(attributes)) {
		if (value === null || value === undefined || value === false) continue;
		if (typeof value === "function") node.addEventListener(key, value as EventListener);
		else node.setAttribute(key, value === true ? "" : String(value));
	}
	append(node, children);
}

export function append(node: Node, children: Child[]): void {
	for (const child of children) {
		if (child === null || child === undefined || child === false) continue;
		if (Array.isArray(child)) append(node, child);
		else node.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
	}
}

export function h<K extends keyof HTMLElementTagNameMap>(
	tag: K, attributes: Record<string, Attribute> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
	const node = document.createElement(tag);
	fill(node, attributes, children);
	return node;
}

export function svg(tag: string, attributes: Record<string, Attribute> = {}, ...children: Child[]): SVGElement {
	const node = document.createElementNS(SVG, tag) as SVGElement;
	fill(node, attributes, children);
	return node;
}

export function clear(node: Element): void {
	node.replaceChildren();
}
