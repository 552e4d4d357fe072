// The server that this page is from: its token, its languages, and runs.

import { events } from "./events.js";

const KEY = "docker-run.token";
/** Where the browser keeps nothing for pages. */
let kept = null;

export const token = {
    get value() {
        try { return localStorage.getItem(KEY) ?? kept; } catch { return kept; }
    },
    set value(text) {
        kept = text;
        try { localStorage.setItem(KEY, text); } catch { /* It is kept until the page is left. */ }
    },
    forget() {
        kept = null;
        try { localStorage.removeItem(KEY); } catch { /* There was none. */ }
    },
};

/** An answer that is an error. */
export class Refusal extends Error {
    constructor(code, message) {
        super(message);
        this.code = code;
    }

    get isForToken() {
        return this.code === "access_token";
    }

    static async of(response) {
        const body = await response.json().catch(() => null);
        return Refusal.from(body, `The server answers with status ${response.status}`);
    }

    /** @param body an object that the server calls an error */
    static from(body, otherwise = "The server names no reason") {
        return new Refusal(String(body?.error ?? ""), typeof body?.message === "string" ? body.message : otherwise);
    }
}

async function call(path, options) {
    // A header is bytes; a token may have others than those of ASCII.
    const bytes = String.fromCharCode(...new TextEncoder().encode(token.value ?? ""));
    const headers = { ...options.headers, "X-Access-Token": bytes };
    const response = await fetch(path, { ...options, headers }).catch((error) => {
        throw error.name === "AbortError" ? error : new Refusal("", `The server does not answer: ${error.message}`);
    });
    if (!response.ok) throw await Refusal.of(response);
    return response;
}

export async function languages() {
    const all = await (await call("languages", {})).json();
    return Array.isArray(all) ? all.filter((one) => typeof one?.language === "string") : [];
}

/** Has the server run it, and tells `hear` the name and the value of each event. The last is a result or an error. */
export async function run(request, hear, signal) {
    const headers = { "Accept": "text/event-stream", "Content-Type": "application/json" };
    const response = await call("run", { method: "POST", headers, body: JSON.stringify(request), signal });
    let last = "";
    for await (const { name, data } of events(response.body)) {
        last = name;
        hear(name, JSON.parse(data));
    }
    if (last !== "result" && last !== "error") throw new Refusal("", "The connection has ended before the run");
}

/** A run that is typed into. */
export class Conversation {
    #socket;
    #hasBegun = false;
    #hasEnded = false;
    ended;

    constructor(request, hear) {
        const url = new URL("run", document.baseURI);
        url.protocol = url.protocol.replace("http", "ws");
        this.#socket = new WebSocket(url);
        this.ended = new Promise((resolve, reject) => {
            this.#socket.onopen = () => {
                this.say({ token: token.value });
                this.say(request);
            };
            this.#socket.onmessage = ({ data }) => {
                const [name, value] = Object.entries(JSON.parse(data))[0];
                this.#hasBegun = true;
                if (name === "result" || name === "error") this.#hasEnded = true;
                hear(name, value);
            };
            this.#socket.onclose = (event) => {
                if (this.#hasEnded) resolve();
                else reject(closed(event, this.#hasBegun));
            };
        });
    }

    /** What it is said too early or too late is lost. */
    say(word) {
        if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(word));
    }

    /** The server ends the run of a client that leaves. */
    leave() {
        this.#hasEnded = true;
        this.#socket.close();
    }
}

function closed({ code, reason }, hasBegun) {
    if (code === 1008 && reason.includes("token")) return new Refusal("access_token", reason);
    if (code !== 1006) return new Refusal("", reason || `The connection was closed with ${code}`);
    if (hasBegun) return new Refusal("", "The connection has ended before the run");
    // Browsers do not tell pages why.
    return new Refusal("", "There is no connection for interactive runs: they may be off (INTERACTIVE_MAX_RUNS), "
        + "or the server does not know the name in the address bar (SERVER_HOSTS)");
}
