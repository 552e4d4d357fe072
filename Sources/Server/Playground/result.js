// What is told of a run that has ended: times, memory, files. All of it comes from the program or its image.

import { fromBase64 } from "./bytes.js";

const facts = document.getElementById("facts");
const list = document.getElementById("files");
const LONGEST_TEXT = 100_000;
const MOST_FILES = 100;
/** By their first bytes: a name can say anything. SVG is not among them, which can have scripts. */
const PICTURES = [
    ["image/png", /^\x89PNG\r\n\x1a\n/], ["image/jpeg", /^\xff\xd8\xff/], ["image/gif", /^GIF8[79]a/],
    ["image/webp", /^RIFF[^]{4}WEBP/],
];
let addresses = [];

export function clearResult() {
    for (const address of addresses) URL.revokeObjectURL(address);
    addresses = [];
    facts.replaceChildren();
    list.replaceChildren();
}

/** @param about what the page knows: whether the run was `warm` or `cold`, and the milliseconds that it has waited */
export function showResult(result, about) {
    const rows = [
        ["Time", duration(result.duration)], ["Processor", duration(result.cpuTime)],
        ["Build", duration(result.build?.duration)],
        ["Memory", size(result.memoryPeak)], ["Container", size(result.containerMemoryPeak)],
        ["Exit code", number(result.exitCode)], ["Signal", number(result.signal)], ["Limit", word(result.limit)],
        ["Start", word(about.start)], ["Answer after", duration(about.waited * 1e6)],
    ];
    for (const [name, value] of rows) {
        if (value === undefined) continue;
        facts.append(element("div", "", element("dt", name), element("dd", value)));
    }
    showFiles(result);
}

function showFiles(result) {
    const files = Array.isArray(result.files) ? result.files.slice(0, MOST_FILES) : [];
    for (const file of files) list.append(shown(file));
    for (const file of Array.isArray(result.filesOmitted) ? result.filesOmitted.slice(0, MOST_FILES) : []) {
        list.append(element("p", `${word(file?.name)}: left out (${word(file?.reason)}), ${size(file?.size) ?? ""}`));
    }
    if (result.filesIncomplete === true) list.append(element("p", "Not all files were looked at."));
}

function shown(file) {
    const name = word(file?.name) ?? "?";
    const article = element("article", "", element("h2", name));
    try {
        const isText = file.encoding !== "base64";
        const bytes = isText ? new TextEncoder().encode(file.content) : fromBase64(file.content);
        const link = element("a", `Download (${size(bytes.length)})`);
        // No browser shows, or runs, a page of this type.
        Object.assign(link, { href: address(bytes, "application/octet-stream"), download: downloadName(name) });
        article.append(link, content(name, bytes, isText ? file.content : null));
    } catch {
        article.append(element("p", "What came of this file cannot be read."));
    }
    return article;
}

function content(name, bytes, text) {
    const start = String.fromCharCode(...bytes.subarray(0, 16));
    const type = PICTURES.find(([, pattern]) => pattern.test(start))?.[0];
    if (type) {
        const picture = element("img", "");
        Object.assign(picture, { src: address(bytes, type), alt: name });
        return picture;
    }
    if (text === null) return element("p", "No text.");
    const isLong = text.length > LONGEST_TEXT;
    const pre = element("pre", isLong ? `${text.slice(0, LONGEST_TEXT)}…` : text);
    pre.tabIndex = 0;
    return pre;
}

function address(bytes, type) {
    addresses.push(URL.createObjectURL(new Blob([bytes], { type })));
    return addresses.at(-1);
}

/** The last part, without what could make it look like another name or lead elsewhere. */
export function downloadName(name) {
    const last = name.split(/[/\\]/).at(-1).replace(/[\p{C}<>:"|?*]/gu, "").replace(/^[. ]+/, "").slice(-100);
    return last === "" ? "file" : last;
}

function element(name, text, ...children) {
    const result = document.createElement(name);
    result.textContent = text;
    result.append(...children);
    return result;
}

function word(value) {
    return typeof value === "string" ? value : undefined;
}

function number(value) {
    return Number.isFinite(value) ? String(value) : undefined;
}

export function duration(nanoseconds) {
    if (!Number.isFinite(nanoseconds)) return undefined;
    return nanoseconds < 1e9 ? `${(nanoseconds / 1e6).toFixed(1)} ms` : `${(nanoseconds / 1e9).toFixed(2)} s`;
}

function size(bytes) {
    if (!Number.isFinite(bytes)) return undefined;
    if (bytes < 1e3) return `${bytes} bytes`;
    return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
