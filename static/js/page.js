(() => {
  "use strict";

  const say = (text) => {
    const line = document.getElementById("announce");
    if (line && text) line.textContent = text;
  };

  // Nothing is kept in the browser. This runs before htmx, which would note there which page was open.
  Object.defineProperty(window, "sessionStorage", { value: undefined });

  const page = document.documentElement.classList;

  // Not to be seen in a list of tabs or apps, nor for a moment by whoever takes up a telephone that was asleep.
  document.addEventListener("visibilitychange", () => page.toggle("away", document.hidden));

  // A page brought back from the browser's memory may show what was left behind: ask the server again.
  addEventListener("pagehide", () => page.add("left"));
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  // Problems are read out first, wherever they come from.
  const showProblems = (scope) => {
    const summary = scope.querySelector && scope.querySelector("#error-summary");
    if (summary) summary.focus();
  };

  // Leaving quickly: blank pages, then what is unsaved is sent without waiting for it, then away without a way back.
  const exit = document.querySelector("[data-exit]");
  const leave = () => {
    page.add("left");
    document.title = exit.dataset.blank;
    addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), true);
    document.dispatchEvent(new CustomEvent("quick-exit"));
    location.replace(exit.href);
  };

  if (exit) {
    const patience = 5000;
    let presses = 0;
    let alone = false;
    let clock = 0;

    // The other tabs are signed out with this one: they leave, too.
    const tabs = new BroadcastChannel("left");
    tabs.onmessage = leave;
    const leaveAll = () => {
      leave();
      tabs.postMessage("");
    };

    const forget = () => {
      clearTimeout(clock);
      presses = 0;
    };

    document.addEventListener("click", (event) => {
      if (!event.target.closest("[data-exit]")) return;
      event.preventDefault();
      leaveAll();
    });

    // Shift counts only when pressed by itself: capital letters and Shift+Tab do not.
    document.addEventListener("keydown", (event) => {
      if (event.key === "Shift") {
        if (!event.repeat) alone = !(event.ctrlKey || event.altKey || event.metaKey);
        return;
      }
      alone = false;
      forget();
    });
    document.addEventListener("pointerdown", () => { alone = false; });
    document.addEventListener("keyup", (event) => {
      if (event.key !== "Shift" || !alone) return;
      alone = false;
      clearTimeout(clock);
      presses += 1;
      if (presses === 3) return leaveAll();
      say(presses === 1 ? exit.dataset.twoMore : exit.dataset.oneMore);
      clock = setTimeout(() => {
        forget();
        say(exit.dataset.stopped);
      }, patience);
    });
  }

  // Boxes grow with what is written in them.
  const growsByItself = CSS.supports("field-sizing", "content");
  const grow = (box) => {
    if (growsByItself) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  };

  // The room left is told from nine tenths of the limit on, not before.
  const words = document.body.dataset;
  const count = (box) => {
    const limit = Number(box.dataset.limit);
    const left = limit - [...box.value].length;
    let line = document.getElementById(`${box.id}-left`);
    if (left > limit / 10) {
      if (line) line.textContent = "";
      return;
    }
    if (!line) {
      line = document.createElement("p");
      line.id = `${box.id}-left`;
      line.className = "hint";
      box.after(line);
      const described = box.getAttribute("aria-describedby");
      box.setAttribute("aria-describedby", described ? `${described} ${line.id}` : line.id);
    }
    const before = line.textContent;
    const number = Math.abs(left).toLocaleString(document.documentElement.lang);
    line.textContent = (left < 0 ? words.limitOver : words.limitLeft).replace("{n}", number);
    if (!before || (left < 0) !== (line.dataset.over === "yes")) say(line.textContent);
    line.dataset.over = left < 0 ? "yes" : "no";
  };

  const look = (box) => {
    grow(box);
    if (box.dataset.limit && box.id) count(box);
  };
  document.addEventListener("input", (event) => {
    if (event.target.localName === "textarea") look(event.target);
  });

  const settle = (scope) => {
    if (scope.localName === "textarea") look(scope);
    if (scope.querySelectorAll) scope.querySelectorAll("textarea").forEach(look);
  };
  document.addEventListener("htmx:afterSettle", (event) => {
    settle(event.target);
    showProblems(event.target);
  });

  settle(document);
  showProblems(document);
})();
