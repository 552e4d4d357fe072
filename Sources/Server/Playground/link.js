// A program in the fragment of an address, which browsers send to no server. Anybody may have written it.

import { fromBase64URL, toBase64URL } from "./bytes.js";

/** Longer ones are not looked at. */
const LONGEST_FRAGMENT = 1_000_000;
const LONGEST_JSON = 4_000_000;
const MOST_FILES = 100;

/** "z" is deflated, "j" is not: not every browser can. */
export async function fragmentOf(program) {
    const bytes = new TextEncoder().encode(JSON.stringify(program));
    if (typeof CompressionStream === "undefined") return `#j=${toBase64URL(bytes)}`;
    return `#z=${toBase64URL(await through(new CompressionStream("deflate-raw"), bytes))}`;
}

/** @returns the program, or null if there is none. Throws if there should be one and is not. */
export async function programIn(fragment) {
    const [, kind, text] = /^#([zj])=([\w-]*)$/.exec(fragment.slice(0, LONGEST_FRAGMENT)) ?? [];
    if (text === undefined) {
        if (fragment.length <= 1) return null;
        throw new Error("This is no program");
    }
    const bytes = fromBase64URL(text);
    const json = kind === "j" ? bytes : await through(new DecompressionStream("deflate-raw"), bytes);
    return checked(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json)));
}

/** A few bytes can unpack to very many, which are not waited for. */
async function through(stream, bytes) {
    const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
    const parts = [];
    for (let length = 0; ;) {
        const { done, value } = await reader.read();
        if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
        length += value.length;
        if (length > LONGEST_JSON) {
            reader.cancel().catch(() => {});
            throw new Error("This is too long");
        }
        parts.push(value);
    }
}

function text(value) {
    if (typeof value !== "string") throw new Error("This is no program");
    return value;
}

/** Only what is known, and only of its kind. */
function checked(program) {
    const given = program?.files;
    if (!Array.isArray(given) || given.length === 0 || given.length > MOST_FILES) throw new Error("This is no program");
    return {
        language: text(program.language),
        files: given.map((file) => ({ name: text(file?.name), content: text(file?.content) })),
        stdin: text(program.stdin ?? ""),
        args: text(program.args ?? ""),
        outputs: text(program.outputs ?? ""),
        interactive: program.interactive === true,
    };
}
