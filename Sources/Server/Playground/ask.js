// One dialog for all that the page asks.

const dialog = document.getElementById("ask");
const field = document.getElementById("answer");
const other = document.getElementById("other");

/**
 * Asks for a line of text or, where there is no value to begin with, only whether to go on.
 *
 * @param otherChoice what the third button says, if there shall be one
 * @returns what was chosen, "yes" or "other", and the text; null if nothing was
 */
export function ask(question, { value, accept = "OK", otherChoice = "", isSecret = false } = {}) {
    if (dialog.open) return Promise.resolve(null);
    document.getElementById("question").textContent = question;
    document.getElementById("accept").textContent = accept;
    other.textContent = otherChoice;
    other.hidden = otherChoice === "";
    field.type = isSecret ? "password" : "text";
    field.hidden = value === undefined;
    field.value = value ?? "";
    dialog.returnValue = "";
    dialog.showModal();
    if (!field.hidden) field.select();
    return new Promise((resolve) => {
        dialog.addEventListener("close", () => {
            const [choice, text] = [dialog.returnValue, field.value];
            field.value = "";
            resolve(choice === "" ? null : { choice, text });
        }, { once: true });
    });
}
