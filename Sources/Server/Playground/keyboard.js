// What is typed into a program, sent as it comes. It comes from a field that nobody sees: a telephone has no keyboard
// without one, and often tells only by what is in it what was typed.

import { onTab } from "./editor.js";

const field = document.getElementById("keyboard");
/** Always at the beginning: in an empty field, a telephone's backspace does nothing that a page hears of. */
const MARK = " ";
const LONGEST = 200;
const KEYS = {
    Enter: "\r", Backspace: "\x7f", Escape: "\x1b", Delete: "\x1b[3~", Home: "\x1b[H", End: "\x1b[F",
    ArrowUp: "\x1b[A", ArrowDown: "\x1b[B", ArrowRight: "\x1b[C", ArrowLeft: "\x1b[D",
};

let send = () => {};
let last = MARK;

export const keyboard = {
    /** @param receive gets what is typed, until the next call */
    connect(receive) {
        send = receive;
        field.disabled = false;
        clear();
        keyboard.focus();
    },
    disconnect() {
        const hadFocus = document.activeElement === field;
        send = () => {};
        field.disabled = true;
        return hadFocus;
    },
    press(text) {
        send(text);
        keyboard.focus();
    },
    focus() {
        field.focus({ preventScroll: true });
    },
};

function clear() {
    last = MARK;
    field.value = MARK;
}

/** The characters of Ctrl with a letter, or with one of [ \ ] ^ _ (ASCII, 0 to 31). */
function controlCharacter(event) {
    const isControl = event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
    if (!isControl || !/^[a-z[\\\]^_]$/.test(event.key)) return null;
    // What is selected is copied, and Ctrl-V pastes, as elsewhere on the page.
    if (event.key === "v" || (event.key === "c" && !getSelection().isCollapsed)) return null;
    return String.fromCharCode(event.key.toUpperCase().charCodeAt(0) & 31);
}

function pressed(event) {
    if (event.isComposing) return;
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
    const text = isPlain ? KEYS[event.key] : controlCharacter(event);
    if (!text) return;
    event.preventDefault();
    send(text);
    clear();
}

/** What is no more in the field is taken back, what is new is typed. */
function changed(event) {
    // Of an input method with a list to choose from, only what was chosen counts. Telephones compose every word, and
    // each letter of it is wanted at once.
    if (event.isComposing && !matchMedia("(pointer: coarse)").matches) return;
    const now = field.value;
    let same = 0;
    while (same < last.length && now[same] === last[same]) same += 1;
    const typed = "\x7f".repeat([...last.slice(same)].length) + now.slice(same).replaceAll("\n", "\r");
    last = now;
    if (typed !== "") send(typed);
    if (!event.isComposing && (!now.startsWith(MARK) || now.includes("\n") || now.length > LONGEST)) clear();
}

function pasted(event) {
    event.preventDefault();
    const characters = [...event.clipboardData.getData("text/plain").replace(/\r\n|\n/g, "\r")];
    // A message may not be longer than the server takes.
    while (characters.length > 0) send(characters.splice(0, 32768).join(""));
}

field.addEventListener("keydown", pressed);
field.addEventListener("input", changed);
field.addEventListener("compositionend", changed);
field.addEventListener("paste", pasted);
onTab(field, () => send("\t"));
