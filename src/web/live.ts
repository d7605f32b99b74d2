// A page that `revsweep serve` sent follows its sweep: the state is asked for again and again, and the page
// when it has changed.

import type { Doc } from "./data";
import { unpack } from "./data";

const EVERY_MS = 1000;

interface State {
	token: string;
	status: string;
}

export const served = (): boolean => location.protocol.startsWith("http");

// The sweep's address ("/sweep/12"); null for a file.
export function servedAt(): string | null {
	const found = /^(\/sweep\/\d+)\/charts$/.exec(location.pathname);
	return served() && found?.[1] ? found[1] : null;
}

async function stateOf(at: string): Promise<State> {
	const answer = await fetch(`/api/v1${at}/state`, { cache: "no-store" });
	if (!answer.ok) throw new Error(`the server says ${answer.status}`);
	return (await answer.json()) as State;
}

async function again(): Promise<Doc> {
	const answer = await fetch(location.pathname);
	if (!answer.ok) throw new Error(`the server says ${answer.status}`);
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	return unpack(page.getElementById("data")?.textContent ?? "");
}

// changed: with the new document. trouble: with a reason, and with null when it is over.
export async function follow(at: string, changed: (doc: Doc) => void, trouble: (why: string | null) => void): Promise<void> {
	let token = "";
	let failing = false;
	for (let status = ""; status !== "done";) {
		try {
			const state = await stateOf(at);
			// What the page holds already may be as old as the first answer.
			if (state.token !== token && (token !== "" || state.status !== "done")) changed(await again());
			token = state.token;
			status = state.status;
			if (failing) trouble(null);
			failing = false;
		} catch (e) {
			trouble(String(e));
			failing = true;
		}
		await new Promise((done) => setTimeout(done, EVERY_MS));
		while (document.hidden) await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
	}
}
