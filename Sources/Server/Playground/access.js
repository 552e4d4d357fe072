// Asks for the token, where the server wants one.

import { ask } from "./ask.js";
import { Refusal, token } from "./server.js";

/** @returns whether there is one to try */
export async function askForToken(question) {
    const otherChoice = token.value === null ? "" : "Forget it";
    const answer = await ask(question, { value: "", isSecret: true, otherChoice });
    if (answer?.choice === "other") token.forget();
    const text = answer?.choice === "yes" ? answer.text.trim() : "";
    if (text !== "") token.value = text;
    return text !== "";
}

/** Does it again with another token as long as the server wants one and somebody gives it. */
export async function withToken(action) {
    if (token.value === null && !(await askForToken("Access token of this server"))) {
        throw new Refusal("access_token", "Nothing runs without an access token.");
    }
    for (;;) {
        try {
            return await action();
        } catch (error) {
            const question = "That is not an access token of this server. Which is?";
            if (!error.isForToken || !(await askForToken(question))) throw error;
        }
    }
}
