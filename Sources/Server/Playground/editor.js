// The files of a program: a tab each, and one area for the text of the one that is chosen.

import { ask } from "./ask.js";

const tabs = document.getElementById("tabs");
const panel = document.getElementById("panel");
const code = document.getElementById("code");
const closeButton = document.getElementById("close");

let files = [{ name: "main", content: "" }];
let chosen = 0;

export const editor = {
    get files() {
        return files.map(({ name, content }) => ({ name, content }));
    },
    set files(given) {
        files = given.map(({ name, content }) => ({ name, content }));
        choose(0);
    },
    /** The first file is the main one, and named as its language wants it. */
    set mainName(name) {
        if (isFree(name, 0)) files[0].name = name;
        draw();
    },
    /** What the Tab key puts in. */
    indentation: "    ",
};

function choose(index) {
    chosen = index;
    code.value = files[index].content;
    code.setSelectionRange(0, 0);
    code.scrollTop = 0;
    draw();
}

function draw() {
    const hasFocus = tabs.contains(document.activeElement);
    tabs.replaceChildren(...files.map((file, index) => {
        const tab = document.createElement("button");
        Object.assign(tab, { type: "button", id: `tab-${index}`, textContent: file.name, title: file.name });
        const isChosen = index === chosen;
        Object.assign(tab, { role: "tab", ariaSelected: String(isChosen), tabIndex: isChosen ? 0 : -1 });
        tab.setAttribute("aria-controls", "panel");
        tab.addEventListener("click", () => { if (index !== chosen) choose(index); });
        tab.addEventListener("dblclick", rename);
        return tab;
    }));
    if (hasFocus) tabs.children[chosen].focus();
    panel.setAttribute("aria-labelledby", `tab-${chosen}`);
    closeButton.disabled = files.length === 1;
}

function isFree(name, index) {
    return files.every((file, other) => other === index || file.name !== name);
}

async function askForName(question, value, index) {
    const answer = await ask(question, { value });
    const name = answer?.text.trim() ?? "";
    if (name === "") return null;
    if (isFree(name, index)) return name;
    return askForName(`There is a file ${name} already. ${question}`, name, index);
}

async function add() {
    const name = await askForName("Name of the new file", "", files.length);
    if (name === null) return;
    files.push({ name, content: "" });
    choose(files.length - 1);
    code.focus();
}

async function rename() {
    const file = files[chosen];
    const name = await askForName("Name of the file", file.name, chosen);
    if (name !== null) file.name = name;
    draw();
}

async function close() {
    const file = files[chosen];
    if (file.content !== "" && !(await ask(`Close ${file.name}? Its text is lost then.`, { accept: "Close" }))) return;
    // A link may have brought others meanwhile.
    if (!files.includes(file)) return;
    files.splice(chosen, 1);
    choose(Math.min(chosen, files.length - 1));
}

function moveBetweenTabs(event) {
    const targets = { ArrowLeft: chosen - 1, ArrowRight: chosen + 1, Home: 0, End: -1 };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    choose((target + files.length) % files.length);
}

/** Calls for Tab. If Escape was pressed just before, it moves the focus on as ever: else a keyboard could not leave. */
export function onTab(element, act) {
    let hasEscaped = false;
    element.addEventListener("keydown", (event) => {
        const isTab = event.key === "Tab" && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
        if (isTab && !hasEscaped) {
            event.preventDefault();
            act();
        }
        hasEscaped = event.key === "Escape";
    });
    element.addEventListener("blur", () => { hasEscaped = false; });
}

/** Indents what is selected, if it is more than a line, else puts the indentation in its place. */
function indent() {
    const { selectionStart: start, selectionEnd: end, value } = code;
    if (!value.slice(start, end).includes("\n")) return insert(editor.indentation);
    const lineStart = value.lastIndexOf("\n", start - 1) + 1;
    code.setSelectionRange(lineStart, end);
    const text = value.slice(lineStart, end).replace(/^(?=.)/gm, editor.indentation);
    insert(text);
    return code.setSelectionRange(lineStart, lineStart + text.length);
}

/** Only so can it be undone, though the call is an old one. */
function insert(text) {
    const isDone = document.execCommand("insertText", false, text);
    if (!isDone) code.setRangeText(text, code.selectionStart, code.selectionEnd, "end");
    files[chosen].content = code.value;
}

code.addEventListener("input", () => { files[chosen].content = code.value; });
onTab(code, indent);
tabs.addEventListener("keydown", moveBetweenTabs);
document.getElementById("add").addEventListener("click", add);
document.getElementById("rename").addEventListener("click", rename);
closeButton.addEventListener("click", close);
draw();
