// Writing is saved as one goes. The text never leaves the page but for the server, and a text that is not on the
// server never leaves the page without saying so.
(() => {
  "use strict";

  const PAUSE = 2000; // after the last key
  const LONGEST = 10000; // while typing without a pause
  const SLOW = 1000; // until "Saving" is said
  const AGAIN = [5000, 15000, 30000, 60000];
  const ROOM = 60 * 1024; // what a browser still sends for a page that is gone, less what is around the text

  const say = (text) => {
    const line = document.getElementById("announce");
    if (!line || !text) return;
    line.textContent = "";
    setTimeout(() => { line.textContent = text; }, 50);
  };

  let asking = false; // signing in again: nothing may be sent, as a late answer would end the new session
  let dropped = false; // somebody else has signed in: nothing may be sent at all
  let answered = null; // the form whose answer is being put into the page

  const keeper = (form) => {
    const words = form.dataset;
    const url = form.getAttribute("hx-post");
    const part = (selector) => form.querySelector(selector);
    const inside = (event) => event.detail.elt === form;
    // The server shows two texts of one person; until one is chosen, nothing is saved by itself.
    const meeting = () => part("[data-conflict]");

    // Edits are counted, so that an answer says which of them it has kept.
    let edits = 0;
    let saved = 0;
    let sent = 0;
    let flushed = 0;
    let busy = false;
    let seq = 0;
    let tries = 0;
    let trouble = "";
    let onward = null; // where the person wants to go, once all is saved
    let gone = false;
    let greeted = false;

    part("[name=tab]").value = crypto.getRandomValues(new Uint32Array(3)).join("-");

    const clocks = {};
    const stop = (...names) => names.forEach((name) => {
      clearTimeout(clocks[name]);
      delete clocks[name];
    });
    const wait = (name, ms, then) => {
      stop(name);
      clocks[name] = setTimeout(() => {
        delete clocks[name];
        then();
      }, ms);
    };

    const show = (text) => {
      const line = part("#status");
      if (line && text) line.textContent = text;
    };
    const count = () => {
      seq += 1;
      part("[name=seq]").value = seq;
      return seq;
    };

    const send = () => {
      stop("pause", "longest", "again");
      if (asking || dropped || gone) return;
      htmx.trigger(form, "autosave");
    };
    const save = () => {
      if (meeting() || edits === saved || (busy && sent === edits)) return;
      send();
    };
    const later = () => {
      wait("pause", PAUSE, save);
      if (!clocks.longest) wait("longest", LONGEST, save);
    };

    form.addEventListener("input", () => {
      edits += 1;
      if (!trouble) show(words.unsaved);
      later();
    });
    form.addEventListener("change", save);
    form.addEventListener("focusout", save);

    // --- the answers
    const kept = () => {
      saved = sent;
      tries = 0;
      if (trouble === "lost") say(words.back);
      else if (!greeted && edits) say(words.first);
      greeted = greeted || edits > 0;
      trouble = "";
      if (edits !== saved) {
        show(words.unsaved);
        if (onward) send();
      } else if (onward) {
        stop("pause", "longest");
        const way = onward;
        onward = null;
        way();
      }
    };
    const failed = (status) => {
      const now = status ? "refused" : "lost";
      const told = part("#status")?.textContent;
      const answeredInWords = status === 422 && ![words.unsaved, words.saving, words.lost].includes(told);
      if (!answeredInWords) show(words[now]);
      if (trouble !== now || onward) say(words[now]);
      trouble = now;
      onward = null;
      if (!status || status === 429 || status >= 500) {
        wait("again", AGAIN[Math.min(tries, AGAIN.length - 1)], save);
        tries += 1;
      }
    };
    const met = () => {
      trouble = "conflict";
      onward = null;
      show(words.unsaved);
      const region = meeting();
      if (!region) return;
      region.focus();
      say(region.querySelector("h2")?.textContent);
    };

    form.addEventListener("htmx:configRequest", (event) => {
      if (!inside(event)) return;
      if (asking || dropped || gone) {
        event.preventDefault();
        return;
      }
      event.detail.parameters.seq = count();
      sent = edits;
      busy = true;
      wait("slow", SLOW, () => show(words.saving));
    });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (!inside(event)) return;
      const { status } = event.detail.xhr;
      busy = false;
      stop("slow");
      if (dropped) return;
      if (status >= 200 && status < 300) kept();
      else if (status === 409) met();
      else if (status === 401 && asking) show(words.again);
      else if (status === 403 && asking) show(words.refused);
      else failed(status);
    });

    // --- going on: first everything is saved, then the page goes the ordinary way
    const leave = (way) => {
      onward = way;
      send();
      if (!clocks.slow) wait("slow", SLOW, () => show(words.saving));
    };

    // A choice between two texts cannot be saved first; at least the server must be there to take it.
    const settle = async (way) => {
      onward = way;
      const answer = await fetch(location.href, {
        method: "HEAD",
        headers: { "HX-Request": "true" },
        signal: AbortSignal.timeout(15000),
      }).catch(() => null);
      if (answer?.status === 401) {
        document.dispatchEvent(new CustomEvent("session:over"));
        return;
      }
      onward = null;
      if (!answer || answer.status >= 500) failed(answer?.status);
      else way();
    };

    let passing = false;
    form.addEventListener("submit", (event) => {
      if (passing) return;
      event.preventDefault();
      if (onward || gone || asking) return;
      const button = event.submitter;
      const way = () => {
        count();
        gone = passing = true;
        form.requestSubmit(button);
        passing = false;
        wait("gone", LONGEST, () => { gone = false; }); // when the person stopped the browser on its way
      };
      if (button?.name === "keep") settle(way);
      else if (form.getAttribute("action") === url) leave(() => {});
      else leave(way);
    });

    // --- leaving without a word: one last save, which the browser sends although the page is gone
    const flush = () => {
      if (asking || dropped || gone || meeting() || edits === saved || edits === flushed) return;
      const now = edits;
      flushed = now;
      count();
      const body = new FormData(form);
      const size = [...body].reduce((sum, pair) => sum + new Blob(pair).size + 150, 0);
      fetch(url, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: size < ROOM })
        .then((answer) => { if (answer.ok) saved = Math.max(saved, now); })
        .catch(() => { flushed = 0; });
    };
    const returned = () => {
      if (flushed && flushed === edits && !meeting()) send();
      else save();
    };

    if (meeting()) {
      edits = 1;
      met();
    }
    return {
      form,
      flush,
      leave,
      returned,
      isUnsaved: () => edits !== saved && !gone,
      canBeSaved: () => edits !== saved && !gone && !trouble && !meeting(),
      resume: () => {
        if (meeting() && onward) settle(onward);
        else if (edits !== saved || onward) send();
        trouble = "";
      },
      stay: (lost) => {
        if (!onward && edits === saved) return;
        onward = null;
        if (lost) failed(0);
        else trouble = "again";
      },
    };
  };

  const keepers = [...document.querySelectorAll("form[data-autosave]")].map(keeper);
  if (!keepers.length) return;

  const all = (deed, ...details) => keepers.forEach((one) => one[deed](...details));
  const session = (name, deed) => document.addEventListener(`session:${name}`, () => {
    asking = name === "asking";
    deed();
  });
  session("asking", () => {});
  session("back", () => all("resume"));
  session("left", () => all("stay", false));
  session("away", () => all("stay", true));
  session("other", () => { dropped = true; });

  // What comes back for one form must not write into another one.
  document.addEventListener("htmx:beforeSwap", (event) => { answered = event.detail.requestConfig.elt; });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const into = event.detail.target.closest("form[data-autosave]");
    if (into && into !== answered) event.detail.shouldSwap = false;
  });

  addEventListener("online", () => all("returned"));
  document.addEventListener("visibilitychange", () => all(document.hidden ? "flush" : "returned"));
  addEventListener("pagehide", () => all("flush"));
  document.addEventListener("quick-exit", () => all("flush"));
  addEventListener("beforeunload", (event) => {
    if (dropped || !keepers.some((one) => one.isUnsaved())) return;
    event.preventDefault();
    event.returnValue = true;
  });

  // A link waits for what was just typed. When that cannot be saved it stays; pressed again, the browser asks.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const plain = !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !plain || event.defaultPrevented || link.target || link.origin !== location.origin) return;
    if (link.hash && link.pathname === location.pathname) return;
    const next = () => {
      const unsaved = keepers.find((one) => one.canBeSaved());
      if (unsaved) unsaved.leave(next);
      else location.assign(link.href);
    };
    if (!keepers.some((one) => one.canBeSaved())) return;
    event.preventDefault();
    next();
  });
})();
