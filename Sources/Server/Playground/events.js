// Reads server-sent events, as the HTML Standard has them (section 9.2.6), from the body of an answer to a POST, which
// EventSource cannot send.

export class EventParser {
    #rest = "";
    #endedWithReturn = false;
    #name = "";
    #data = [];

    /** The events that are complete with this piece of the text. What is incomplete at its end is kept. */
    *take(text) {
        if (text === "") return;
        // A CR and its LF may come in two pieces.
        const piece = this.#endedWithReturn && text.startsWith("\n") ? text.slice(1) : text;
        this.#endedWithReturn = text.endsWith("\r");
        const lines = (this.#rest + piece).split(/\r\n|\r|\n/);
        this.#rest = lines.pop();
        for (const line of lines) {
            if (line !== "") {
                this.#field(line);
            } else {
                if (this.#data.length > 0) yield { name: this.#name || "message", data: this.#data.join("\n") };
                [this.#name, this.#data] = ["", []];
            }
        }
    }

    /** A line that begins with a colon is a comment, and a field of another name means nothing. */
    #field(line) {
        const colon = line.indexOf(":");
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (name === "event") this.#name = value;
        if (name === "data") this.#data.push(value);
    }
}

export async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventParser();
    try {
        for (;;) {
            const { done, value } = await reader.read();
            if (done) return;
            yield* parser.take(value);
        }
    } finally {
        // Who stops listening ends the run.
        reader.cancel().catch(() => {});
    }
}
