// How characters look: what a program sets by "select graphic rendition" (ECMA-48, section 8.3.117), with the colours
// of xterm.

export const PLAIN = { isError: false };

const CHANGES = {
    1: { bold: true }, 3: { italic: true }, 4: { underline: true }, 7: { inverse: true }, 21: { underline: true },
    22: { bold: false }, 23: { italic: false }, 24: { underline: false }, 27: { inverse: false },
    39: { ink: undefined }, 49: { paper: undefined },
};

/** @param parameters what stands between "CSI" and "m" */
export function styled(style, parameters) {
    let result = style;
    const codes = parameters.split(";");
    while (codes.length > 0) {
        const code = codes.shift();
        const [number, ...details] = code.split(":");
        const n = Number(number);
        if (n === 38 || n === 48 || n === 58) {
            const color = details.length > 0 ? readColor(details, details.length > 4) : readColor(codes, false);
            if (n !== 58) result = { ...result, [n === 38 ? "ink" : "paper"]: color };
        } else {
            result = changed(result, code === "4:0" ? 24 : n);
        }
    }
    return result;
}

function changed(style, n) {
    if (n === 0) return { isError: style.isError };
    const color = baseColor(n);
    const isInk = n < 40 || (n >= 90 && n < 100);
    if (color !== undefined) return { ...style, [isInk ? "ink" : "paper"]: indexed(color) };
    return CHANGES[n] ? { ...style, ...CHANGES[n] } : style;
}

/** The number of one of the sixteen colours that have codes of their own. */
function baseColor(n) {
    if (n >= 30 && n <= 37) return n - 30;
    if (n >= 40 && n <= 47) return n - 40;
    if (n >= 90 && n <= 97) return n - 82;
    if (n >= 100 && n <= 107) return n - 92;
    return undefined;
}

/** Takes its parts from the codes. With colons there may be a colour space in front of the three. */
function readColor(codes, hasSpace) {
    const kind = codes.shift();
    if (kind === "5") return indexed(Number(codes.shift()));
    if (kind !== "2") return undefined;
    if (hasSpace) codes.shift();
    const parts = [0, 0, 0].map(() => Number(codes.shift() ?? NaN));
    return parts.every((part) => part >= 0 && part <= 255) ? `rgb(${parts.join(" ")})` : undefined;
}

/** The first sixteen are the page's, so that they can be read on its light and its dark paper. */
function indexed(n) {
    if (!Number.isInteger(n) || n < 0 || n > 255) return undefined;
    if (n < 16) return `var(--color-${n})`;
    if (n >= 232) return `rgb(${Array(3).fill(8 + 10 * (n - 232)).join(" ")})`;
    const level = (value) => (value === 0 ? 0 : 55 + 40 * value);
    return `rgb(${[Math.floor((n - 16) / 36), Math.floor((n - 16) / 6) % 6, (n - 16) % 6].map(level).join(" ")})`;
}

/** An element, or a text where there is nothing to say of it. The policy of the page forbids markup, not this. */
export function drawn(text, style) {
    const { ink, paper, inverse } = style;
    const names = ["bold", "italic", "underline"].filter((name) => style[name]);
    if (style.isError) names.push("error");
    if (names.length === 0 && !ink && !paper && !inverse) return document.createTextNode(text);
    const element = document.createElement("span");
    element.className = names.join(" ");
    element.textContent = text;
    element.style.color = (inverse ? (paper ?? "var(--paper)") : ink) ?? "";
    element.style.backgroundColor = (inverse ? (ink ?? "var(--ink)") : paper) ?? "";
    return element;
}
