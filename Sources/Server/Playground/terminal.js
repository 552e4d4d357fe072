// Reads what a program prints and says to a Screen what comes of it.

import { PLAIN, styled } from "./style.js";

/**
 * What the program is told of this terminal.
 *
 * It has colours, and moves its cursor by CR and backspace only. The one name in terminfo for just that,
 * dumb-emacs-ansi, is in hardly any image; and programs that ask no terminfo, such as Node.js' readline, take any name
 * but dumb for a terminal that moves its cursor, and would print what is lost here. COLORTERM is for those that look
 * for colours.
 */
export const ENVIRONMENT = { TERM: "dumb", COLORTERM: "truecolor" };

/** Longer parameters belong to no sequence that means anything. */
const MAXIMUM_PARAMETERS = 256;

/** Of one stream: another may print in the middle of its sequences. They may come in pieces. */
export class TerminalReader {
    #screen;
    #style;
    #isPipe;
    #parameters = "";
    #state = this.#ground;

    /** @param isPipe whether the line ends are those that a terminal has not changed */
    constructor(screen, { isError = false, isPipe = false } = {}) {
        this.#screen = screen;
        this.#isPipe = isPipe;
        this.#style = isError ? { isError } : PLAIN;
    }

    take(text) {
        for (const character of text) this.#state(character);
    }

    #ground(character) {
        if (character >= " " && (character < "\x7f" || character > "\x9f")) {
            this.#screen.put(character, this.#style);
        } else {
            this.#control(character);
        }
    }

    /** Control characters work in the middle of sequences, too, as in other terminals. */
    #control(character) {
        switch (character) {
        case "\r": return this.#screen.carriageReturn();
        case "\b": return this.#screen.backspace();
        case "\t": return this.#screen.tab();
        case "\n": case "\v": case "\f":
            if (this.#isPipe) this.#screen.carriageReturn();
            return this.#screen.lineFeed();
        case "\x1b": this.#state = this.#escape; return undefined;
        case "\x9b": return this.#beginSequence();
        case "\x90": case "\x98": case "\x9d": case "\x9e": case "\x9f": this.#state = this.#string; return undefined;
        // These two end any sequence.
        case "\x18": case "\x1a": this.#state = this.#ground; return undefined;
        default: return undefined;
        }
    }

    #beginSequence() {
        this.#parameters = "";
        this.#state = this.#sequence;
    }

    #escape(character) {
        if (character === "[") return this.#beginSequence();
        if ("]PX^_".includes(character)) this.#state = this.#string;
        else if (character < " ") this.#control(character);
        // Intermediates, as of the choice of a character set.
        else if (character > "/") this.#state = this.#ground;
        return undefined;
    }

    /** Between CSI and the character that ends it. */
    #sequence(character) {
        if (character < " ") return this.#control(character);
        if (character < "@") {
            if (this.#parameters.length < MAXIMUM_PARAMETERS) this.#parameters += character;
            return undefined;
        }
        this.#state = this.#ground;
        if (character === "m" && /^[\d;:]*$/.test(this.#parameters) && this.#parameters.length < MAXIMUM_PARAMETERS) {
            this.#style = styled(this.#style, this.#parameters);
        }
        return undefined;
    }

    /** Such as a title (OSC). BEL or ST ends it. */
    #string(character) {
        if (character === "\x1b") this.#state = this.#escapeInString;
        else if ("\x07\x18\x1a\x9c".includes(character)) this.#state = this.#ground;
    }

    #escapeInString(character) {
        this.#state = this.#escape;
        if (character === "\\") this.#state = this.#ground;
        else this.#escape(character);
    }
}
