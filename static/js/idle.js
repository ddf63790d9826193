// Two minutes before the time is up, one press keeps the page open. Afterwards it is covered.
(() => {
  "use strict";

  const warning = document.getElementById("still-there");
  if (!warning) return;

  const AHEAD = 120;
  const LATE = 1; // by then the server has ended it, too
  const tell = (name) => document.dispatchEvent(new CustomEvent(`session:${name}`));
  let end, clock;
  let stayed = false;

  const quiet = () => warning.close("quiet");
  const wait = (left) => {
    clearTimeout(clock);
    clock = setTimeout(look, (left > AHEAD ? left - AHEAD : left + LATE) * 1000);
  };
  // By the clock on the wall: timers stand still while a telephone sleeps.
  const look = () => {
    const left = (end - Date.now()) / 1000;
    if (left > 0) {
      wait(left); // should the server not answer
      return tell("check");
    }
    quiet();
    tell("over");
  };
  const set = (left) => {
    end = Date.now() + left * 1000;
    wait(left);
  };

  document.addEventListener("session:left", ({ detail: left }) => {
    set(left);
    const soon = left <= AHEAD;
    // However long somebody stays, after some hours they sign in anew.
    if (soon && stayed) tell("new");
    else if (soon && !warning.open) {
      warning.returnValue = "";
      warning.showModal();
    } else if (!soon) quiet();
    stayed = false;
  });
  document.addEventListener("session:asking", quiet);
  warning.addEventListener("close", () => {
    if (warning.returnValue === "quiet") return;
    stayed = true;
    tell("stay");
  });

  // Back from another tab, or from sleep: covered before it can be seen, if it is time.
  const back = () => {
    if (!document.hidden) look();
  };
  document.addEventListener("visibilitychange", back);
  set(Number(document.body.dataset.left));
})();
