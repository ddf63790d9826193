// Writing is saved as one goes. It goes to the server only, and the page says when it is not there.
(() => {
  "use strict";

  const PAUSE = 2000; // after the last key
  const LONGEST = 10000; // while typing without a pause
  const SLOW = 1000;
  const AGAIN = [5000, 15000, 30000, 60000];
  const ROOM = 60 * 1024; // of text, sent for a page that is gone

  const say = (text) => {
    const line = document.getElementById("announce");
    line.textContent = "";
    setTimeout(() => { line.textContent = text; }, 50);
  };

  const on = (target, name, deed) => target.addEventListener(name, deed);

  let asking = false; // signing in: a late answer would end the new session
  let dropped = false; // somebody else has signed in
  let answered = null; // the form whose answer is being put into the page

  const keeper = (form) => {
    const words = form.dataset;
    const url = form.getAttribute("hx-post");
    const part = (selector) => form.querySelector(selector);
    // Two texts that met: until one is chosen, nothing is saved by itself.
    const meeting = () => part("[data-conflict]");
    const other = () => part("[name=other]")?.value;

    // Edits are counted, so that an answer says which of them it has kept.
    let edits = 0, saved = 0, sent = 0, flushed = 0, seq = 0, tries = 0;
    let busy, greeted, passing, gone;
    let trouble = "";
    let onward = null; // where to go once all is saved
    let chosen = null; // the other text, as it was when one was chosen

    part("[name=tab]").value = crypto.getRandomValues(new Uint32Array(3)).join("-");

    const clocks = {};
    const stop = (name) => { clocks[name] = clearTimeout(clocks[name]); };
    const wait = (name, ms, then) => {
      stop(name);
      clocks[name] = setTimeout(then, ms);
    };

    const show = (text) => { part("#status").textContent = text; };
    const count = () => (part("[name=seq]").value = seq += 1);
    const send = () => {
      ["pause", "longest", "again"].forEach(stop);
      htmx.trigger(form, "autosave");
    };
    const save = () => {
      if (!meeting() && edits !== saved && !(busy && sent === edits)) send();
    };
    const leave = (way) => {
      onward = way;
      send();
    };
    const go = () => {
      const way = onward;
      onward = chosen = null;
      way();
    };

    on(form, "input", () => {
      edits += 1;
      if (!trouble) show(words.unsaved);
      wait("pause", PAUSE, save);
      clocks.longest ||= setTimeout(() => {
        stop("longest");
        save();
      }, LONGEST);
    });
    on(form, "change", save);
    on(form, "focusout", save);

    const kept = () => {
      saved = Math.max(saved, sent);
      tries = 0;
      if (trouble === "lost") say(words.back);
      else if (edits && !greeted) say(words.first);
      greeted ||= edits;
      trouble = "";
      if (edits !== saved) show(words.unsaved);
      if (onward) (edits === saved ? go : send)();
    };
    const met = () => {
      // The server is there, and the other text has not changed since the choice.
      if (onward && chosen === other()) return go();
      trouble = "conflict";
      onward = chosen = null;
      show(words.unsaved);
      meeting().focus();
      say(meeting().querySelector("h2").textContent);
    };
    const failed = (status) => {
      const now = status ? "refused" : "lost";
      const sentence = (status === 413 && words.tooMuch) || words[now];
      if (status !== 422 || part("#status").textContent === words.unsaved) show(sentence);
      if (trouble !== now || onward) say(sentence);
      trouble = now;
      onward = chosen = null;
      if (status && status !== 429 && status < 500) return;
      wait("again", AGAIN[Math.min(tries, AGAIN.length - 1)], save);
      tries += 1;
    };

    on(form, "htmx:configRequest", (event) => {
      if (event.detail.elt !== form) return;
      if (asking || dropped || gone) return event.preventDefault();
      event.detail.parameters.seq = count();
      sent = edits;
      busy = true;
      wait("slow", SLOW, () => show(words.saving));
    });
    on(form, "htmx:afterRequest", (event) => {
      if (event.detail.elt !== form) return;
      const { status } = event.detail.xhr;
      busy = false;
      stop("slow");
      if (status >= 200 && status < 300) kept();
      else if (status === 409) met();
      else if (!asking) failed(status);
    });

    // Going on: first everything is saved, then the page goes the ordinary way.
    on(form, "submit", (event) => {
      if (passing) return;
      event.preventDefault();
      if (onward || gone || asking) return;
      const { name, value } = event.submitter || {};
      chosen = name === "keep" ? other() : null;
      leave(() => {
        if (form.getAttribute("action") === url) return;
        count();
        gone = passing = true;
        form.requestSubmit(name ? part(`[name="${name}"][value="${value}"]`) : undefined);
        passing = false;
        wait("gone", LONGEST, () => { gone = false; }); // in case the browser was stopped
      });
    });

    // Leaving: one last save, which the browser sends although the page is gone.
    const flush = () => {
      if (asking || dropped || gone || meeting() || edits === saved || edits === flushed) return;
      const now = edits;
      flushed = now;
      count();
      const body = new FormData(form);
      const size = new Blob([...body].flat()).size;
      fetch(url, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: size < ROOM })
        .then((answer) => { if (answer.ok && now > saved) saved = now; })
        .catch(() => { flushed = 0; });
    };

    if (meeting()) {
      edits = 1;
      met();
    }

    return {
      flush,
      leave,
      isUnsaved: () => edits !== saved && !gone,
      canWait: () => edits !== saved && !gone && !trouble,
      returned: () => {
        if (flushed && !meeting()) send();
        else save();
        flushed = 0;
      },
      resume: () => {
        trouble = "";
        if (onward || (edits !== saved && !meeting())) send();
      },
    };
  };

  const keepers = [...document.querySelectorAll("form[data-autosave]")].map(keeper);
  const all = (deed) => keepers.forEach((one) => one[deed]());

  on(document, "session:asking", () => { asking = true; });
  on(document, "session:back", () => {
    asking = false;
    all("resume");
  });
  on(document, "session:other", () => { dropped = true; });

  // What comes back for one form is not written into another.
  on(document, "htmx:beforeSwap", (event) => { answered = event.detail.requestConfig.elt; });
  on(document, "htmx:oobBeforeSwap", (event) => {
    const into = event.detail.target.closest("form[data-autosave]");
    if (into && into !== answered) event.detail.shouldSwap = false;
  });

  addEventListener("online", () => all("returned"));
  addEventListener("pagehide", () => all("flush"));
  on(document, "quick-exit", () => {
    all("flush");
    dropped = true;
  });
  on(document, "visibilitychange", () => all(document.hidden ? "flush" : "returned"));
  addEventListener("beforeunload", (event) => {
    if (!dropped && keepers.some((one) => one.isUnsaved())) event.preventDefault();
  });

  // A link waits for what was just typed. If that cannot be saved, it stays; pressed again, the browser asks.
  on(document, "click", (event) => {
    const link = event.target.closest("a[href]");
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link?.target;
    const unsaved = () => keepers.find((one) => one.canWait());
    if (!link || elsewhere || event.defaultPrevented || !unsaved()) return;
    event.preventDefault();
    const next = () => {
      if (unsaved()) unsaved().leave(next);
      else location.assign(link.href);
    };
    next();
  });
})();
