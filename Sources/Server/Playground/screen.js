// Lines of characters, of which only the last can be changed. Lines are as long as they are: the page breaks them where
// it ends, so that they fit again when its size changes.

import { drawn, PLAIN } from "./style.js";

/** What a program prints without end must not fill the memory: then the first lines go. */
const MAXIMUM_LINES = 5_000;
const MAXIMUM_WEIGHT = 2_000_000;
const MAXIMUM_COLUMNS = 4_000;
/** In characters, of an element. */
const WEIGHT_OF_RUN = 50;
const BLANK = { text: " ", style: PLAIN };
const NOTE = { italic: true };

export class Screen {
    #element;
    #past = document.createElement("div");
    #current = document.createElement("div");
    #cells = [];
    #column = 0;
    /** Of each line before the current one, in order. The first so many are in the page. */
    #weights = [];
    #weight = 0;
    #shown = 0;
    #waiting = [];
    #frame = 0;
    #hasCursor = false;

    constructor(element) {
        this.#element = element;
        this.#current.className = "line";
        element.replaceChildren(this.#past, this.#current);
        this.clear();
    }

    clear() {
        this.#past.replaceChildren();
        [this.#cells, this.#column, this.#weights, this.#weight, this.#shown] = [[], 0, [], 0, 0];
        this.#waiting = [];
        this.#change();
    }

    set hasCursor(value) {
        this.#hasCursor = value;
        this.#change();
    }

    get isEmpty() {
        return this.#weights.length === 0 && this.#cells.length === 0;
    }

    put(character, style) {
        this.#change();
        if (character > "\u02ff" && /^[\p{M}\u200d]$/u.test(character) && this.#join(character)) return;
        while (this.#cells.length < this.#column) this.#cells.push(BLANK);
        this.#cells[this.#column] = { text: character, style };
        this.#column += 1;
        if (this.#column < MAXIMUM_COLUMNS) return;
        this.carriageReturn();
        this.lineFeed();
    }

    /** Marks and joiners take no column of their own. */
    #join(mark) {
        const cell = this.#cells[this.#column - 1];
        if (cell && cell.text.length < 32) this.#cells[this.#column - 1] = { ...cell, text: cell.text + mark };
        return cell !== undefined;
    }

    carriageReturn() {
        this.#column = 0;
        this.#change();
    }

    backspace() {
        this.#column = Math.max(0, this.#column - 1);
        this.#change();
    }

    tab() {
        this.#column = Math.min(MAXIMUM_COLUMNS - 1, this.#column - (this.#column % 8) + 8);
        this.#change();
    }

    lineFeed() {
        const runs = runsOf(this.#cells);
        const weight = runs.reduce((sum, run) => sum + run.text.length + WEIGHT_OF_RUN, WEIGHT_OF_RUN);
        this.#waiting.push(runs);
        this.#weights.push(weight);
        this.#weight += weight;
        this.#cells = [];
        while (this.#weights.length > MAXIMUM_LINES || this.#weight > MAXIMUM_WEIGHT) this.#forgetFirst();
        this.#change();
    }

    /** A line of the page's own. */
    note(text) {
        if (this.#cells.length > 0) this.lineFeed();
        this.carriageReturn();
        for (const character of text) this.put(character, NOTE);
        this.carriageReturn();
        this.lineFeed();
    }

    /** At once, whether it is in the page or, as in a tab that nobody looks at, waits to be. */
    #forgetFirst() {
        this.#weight -= this.#weights.shift();
        if (this.#shown === 0) {
            this.#waiting.shift();
        } else {
            this.#past.firstChild.remove();
            this.#shown -= 1;
        }
    }

    #change() {
        this.#frame ||= requestAnimationFrame(() => this.#draw());
    }

    #draw() {
        this.#frame = 0;
        const { scrollTop, scrollHeight, clientHeight } = this.#element;
        const isAtEnd = scrollTop + clientHeight >= scrollHeight - 8;
        const lines = this.#waiting.map((runs) => {
            const line = document.createElement("div");
            line.className = "line";
            line.append(...runs.map((run) => drawn(run.text, run.style)));
            return line;
        });
        this.#past.append(...lines);
        this.#shown += lines.length;
        this.#waiting = [];
        this.#drawCurrent();
        if (isAtEnd) this.#element.scrollTop = this.#element.scrollHeight;
    }

    #drawCurrent() {
        if (!this.#hasCursor) {
            this.#current.replaceChildren(...runsOf(this.#cells).map((run) => drawn(run.text, run.style)));
            return;
        }
        const cells = [...this.#cells];
        while (cells.length <= this.#column) cells.push(BLANK);
        const parts = [cells.slice(0, this.#column), [cells[this.#column]], cells.slice(this.#column + 1)];
        const nodes = parts.map((part) => runsOf(part).map((run) => drawn(run.text, run.style)));
        const cursor = document.createElement("span");
        cursor.className = "cursor";
        cursor.append(...nodes[1]);
        this.#current.replaceChildren(...nodes[0], cursor, ...nodes[2]);
    }
}

function runsOf(cells) {
    const runs = [];
    for (const { text, style } of cells) {
        if (runs.at(-1)?.style === style) runs.at(-1).text += text;
        else runs.push({ text, style });
    }
    return runs;
}

/** How many characters there is room for. */
export function sizeOf(element) {
    const probe = document.createElement("span");
    probe.textContent = "0".repeat(100);
    probe.className = "probe";
    element.append(probe);
    const { width, height } = probe.getBoundingClientRect();
    probe.remove();
    // The same at all sides.
    const padding = 2 * parseFloat(getComputedStyle(element).paddingLeft);
    const count = (space, size) => Math.min(500, Math.max(2, Math.floor((space - padding) / size) || 0));
    return { columns: count(element.clientWidth, width / 100), rows: count(element.clientHeight, height) };
}
