// Gets the events of one run, and shows them.

import { Pieces } from "./bytes.js";
import { duration, showResult } from "./result.js";
import { Refusal } from "./server.js";
import { TerminalReader } from "./terminal.js";

export class Listener {
    #screen;
    #say;
    #began = performance.now();
    #start;
    #hasPrinted = false;
    #pieces = { stdout: new Pieces(), stderr: new Pieces() };
    #readers;

    /** @param say shows a line of text, and whether it is an error */
    constructor(screen, say, { isTerminal }) {
        [this.#screen, this.#say] = [screen, say];
        const isPipe = !isTerminal;
        this.#readers = {
            stdout: new TerminalReader(screen, { isPipe }),
            stderr: new TerminalReader(screen, { isPipe, isError: true }),
        };
    }

    hear(name, value) {
        switch (name) {
        case "start":
            this.#start = value.start;
            return this.#say("The program runs …");
        case "stage": return this.#stage(value.stage);
        case "stdout": case "stderr": return this.#print(name, this.#pieces[name].text(value));
        case "cut": return this.#screen.note("[more was printed than is shown while it runs]");
        case "result": return this.#result(value);
        case "error": return this.#say(Refusal.from(value).message, true);
        default: return undefined;
        }
    }

    #stage(stage) {
        if (stage === "run" && this.#hasPrinted) this.#screen.note("[end of the build]");
        this.#say(stage === "build" ? "The program is built …" : "The program runs …");
    }

    #print(name, text) {
        this.#hasPrinted ||= text !== "";
        this.#readers[name].take(text);
    }

    #result(result) {
        // Runners that know no events say all at the end.
        for (const name of this.#hasPrinted ? [] : ["stdout", "stderr"]) {
            if (typeof result[name] === "string") this.#print(name, result[name]);
        }
        const error = typeof result.error === "string" ? result.error : "";
        this.#say(error || `Ended well after ${duration(result.duration) ?? "some time"}.`, error !== "");
        showResult(result, { start: this.#start, waited: performance.now() - this.#began });
    }
}
