"use strict";
const state = document.getElementById("state");
// Two texts differ at most by the line break at their ends.
const words = document.getElementById("words").textContent.trim();
const stream = new EventSource(document.currentScript.dataset.stream);
let route;

stream.addEventListener("functions", (event) => {
  const { functions } = JSON.parse(event.data);
  const shown = functions.find((other) => other.route === route) ??
    functions.find((other) => other.error?.trim() === words);
  if (shown?.state === "building" && shown.route === route) {
    state.textContent = "Building…";
  } else if (shown?.error?.trim() === words) {
    route = shown.route;
    state.textContent = "This page reloads when the function builds.";
  } else if (shown || !functions.some((other) => other.state === "building")) {
    stream.close();
    location.reload();
  }
});
stream.addEventListener("error", () => {
  state.textContent = "The emulator has stopped. This page reconnects when you start the emulator again.";
});
