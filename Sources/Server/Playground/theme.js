// Light, dark, or as the system is.

const KEY = "docker-run.theme";
const NAMES = { "": "system", light: "light", dark: "dark" };
const NEXT = { "": "light", light: "dark", dark: "" };
const button = document.getElementById("theme");

function show(theme) {
    document.documentElement.dataset.theme = theme;
    button.textContent = `Colours: ${NAMES[theme]}`;
}

function stored() {
    try { return localStorage.getItem(KEY) ?? ""; } catch { return ""; }
}

button.addEventListener("click", () => {
    const theme = NEXT[document.documentElement.dataset.theme];
    show(theme);
    try { localStorage.setItem(KEY, theme); } catch { /* It holds until the page is left. */ }
});
show(Object.hasOwn(NAMES, stored()) ? stored() : "");
