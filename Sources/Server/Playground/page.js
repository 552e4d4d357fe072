// The page: what its buttons do, and which part gets what the server says.

import "./theme.js";
import { askForToken, withToken } from "./access.js";
import { editor } from "./editor.js";
import { keyboard } from "./keyboard.js";
import { fragmentOf, programIn } from "./link.js";
import { Listener } from "./listener.js";
import { clearResult } from "./result.js";
import { sampleOf } from "./samples.js";
import { Screen, sizeOf } from "./screen.js";
import { Conversation, languages, run as runOnServer, token } from "./server.js";
import { ENVIRONMENT } from "./terminal.js";

const [language, interactive, runButton, stopButton, status, output, keys] = [
    "language", "interactive", "run", "stop", "status", "output", "keys",
].map((id) => document.getElementById(id));
const inputs = ["stdin", "args", "outputs"].map((id) => document.getElementById(id));
const screen = new Screen(output);
/** What GET /languages says. */
let known = [];
/** The language of the program that is in the editor. */
let wanted = "python";
/** The run that goes on: how to end it and, if it is typed into, how to say something to it. */
let current = null;
let terminalSize = {};

function say(text, isError = false) {
    status.textContent = text;
    status.classList.toggle("error", isError);
}

// MARK: The program

function program() {
    const [stdin, args, outputs] = inputs.map((field) => field.value);
    return { language: wanted, files: editor.files, stdin, args, outputs, interactive: interactive.checked };
}

function showProgram(given) {
    wanted = given.language;
    editor.files = given.files;
    for (const field of inputs) field.value = given[field.id];
    if (!interactive.disabled) interactive.checked = given.interactive;
    document.getElementById("inputs").open = inputs.some((field) => field.value !== "");
    language.value = wanted;
}

function mainFile(name) {
    return known.find((one) => one.language === name)?.mainFile ?? "main";
}

/** What somebody has written stays. A sample gives way to that of the other language. */
function changeLanguage() {
    const [files, before] = [editor.files, wanted];
    wanted = language.value;
    editor.indentation = wanted === "go" ? "\t" : "    ";
    if (files.length === 1 && (files[0].content === "" || files[0].content === sampleOf(before))) {
        editor.files = [{ name: mainFile(wanted), content: sampleOf(wanted) }];
    } else if (files[0].name === mainFile(before)) {
        editor.mainName = mainFile(wanted);
    }
}

/** It is shown and never run: whoever opens a link may not know what is in it. */
async function openLink() {
    try {
        const given = await programIn(location.hash);
        if (given === null) return;
        showProgram(given);
        say("This program is from a link. Look at it before you run it.");
    } catch {
        say("The address has no program that can be read.", true);
    }
}

async function makeLink() {
    history.replaceState(null, "", await fragmentOf(program()));
    try {
        await navigator.clipboard.writeText(location.href);
        say("The link is copied, and in the address bar.");
    } catch {
        say("The link is in the address bar.");
    }
}

// MARK: Languages

async function loadLanguages() {
    try {
        known = await withToken(languages);
    } catch (error) {
        return say(error.message, true);
    }
    language.replaceChildren(...known.map((one) => {
        return new Option([one.language, one.version].filter(Boolean).join(" "), one.language);
    }));
    language.disabled = runButton.disabled = known.length === 0;
    if (known.length === 0) return say("The server has no languages: see docs/languages.md.", true);
    const isThere = known.some((one) => one.language === wanted);
    language.value = isThere ? wanted : known[0].language;
    if (!isThere && editor.files.some((file) => file.content !== "")) {
        say(`This server has no language ${wanted}.`, true);
    }
    return changeLanguage();
}

async function changeToken() {
    if (await askForToken("Access token of this server, kept in this browser")) await loadLanguages();
    else if (token.value === null) say("There is no token here.");
}

// MARK: Runs

function request() {
    const lines = (text) => text.split("\n").filter((line) => line !== "");
    const { files, stdin, args, outputs } = program();
    const payload = { files, stdin, args: lines(args), outputs: lines(outputs) };
    if (interactive.checked) {
        terminalSize = sizeOf(output);
        Object.assign(payload, { terminal: terminalSize, env: ENVIRONMENT });
    }
    return { language: language.value, payload };
}

function listen() {
    const listener = new Listener(screen, say, { isTerminal: interactive.checked });
    return (name, value) => listener.hear(name, value);
}

function runOnce() {
    const stopper = new AbortController();
    current = { stop: () => stopper.abort() };
    return runOnServer(request(), listen(), stopper.signal);
}

async function converse() {
    const conversation = new Conversation(request(), listen());
    current = { stop: () => conversation.leave(), say: (word) => conversation.say(word) };
    keyboard.connect((text) => conversation.say({ stdin: { text } }));
    try {
        await conversation.ended;
    } finally {
        if (keyboard.disconnect()) output.focus();
    }
}

function showRunning(isRunning) {
    runButton.disabled = isRunning;
    stopButton.disabled = !isRunning;
    interactive.disabled = isRunning;
    keys.hidden = !(isRunning && interactive.checked);
    screen.hasCursor = !keys.hidden;
}

async function run() {
    if (runButton.disabled) return;
    if (language.value === "") return say(`This server has no language ${wanted}.`, true);
    screen.clear();
    clearResult();
    say("Starting …");
    showRunning(true);
    // On a telephone it is below the program.
    if (matchMedia("(max-width: 820px)").matches) document.getElementById("outcome").scrollIntoView();
    let isStopped = false;
    stopButton.onclick = () => {
        isStopped = true;
        current?.stop();
    };
    try {
        await withToken(interactive.checked ? converse : runOnce);
    } catch (error) {
        if (!isStopped) say(error.message, true);
    }
    if (isStopped) say("Stopped.");
    current = null;
    return showRunning(false);
}

function resize() {
    if (!current?.say) return;
    const size = sizeOf(output);
    if (size.columns === terminalSize.columns && size.rows === terminalSize.rows) return;
    terminalSize = size;
    current.say({ terminal: size });
}

// MARK: The beginning

document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    run();
});
runButton.addEventListener("click", run);
language.addEventListener("change", changeLanguage);
document.getElementById("link").addEventListener("click", makeLink);
document.getElementById("token").addEventListener("click", changeToken);
for (const key of keys.children) {
    key.addEventListener("click", () => keyboard.press(String.fromCharCode(...key.dataset.codes.split(" "))));
}
document.getElementById("terminal").addEventListener("click", () => {
    if (current?.say && getSelection().isCollapsed) keyboard.focus();
});
window.addEventListener("hashchange", openLink);
new ResizeObserver(resize).observe(output);
await openLink();
await loadLanguages();
