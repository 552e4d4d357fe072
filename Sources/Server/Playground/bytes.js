// Bytes in base64, and texts that come in pieces of them.

/** Throws where it is no base64. */
export function fromBase64(text) {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Of RFC 4648, section 5, without padding: a fragment may have all of it. */
export function toBase64URL(bytes) {
    let binary = "";
    for (let start = 0; start < bytes.length; start += 32768) {
        binary += String.fromCharCode(...bytes.subarray(start, start + 32768));
    }
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function fromBase64URL(text) {
    return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}

/** What one stream of a program prints: pieces of text, or of bytes where they are no UTF-8. */
export class Pieces {
    #decoder = new TextDecoder();

    text(piece) {
        if (typeof piece?.base64 === "string") return this.#decoder.decode(fromBase64(piece.base64), { stream: true });
        // Bytes of a character that never became whole end here.
        const before = this.#decoder.decode();
        return before + (typeof piece?.text === "string" ? piece.text : "");
    }
}
