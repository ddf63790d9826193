// A passkey: the browser is asked, and its answer sent with the form. Beside it stands allauth's webauthn-json.js.
(() => {
  "use strict";

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-passkey]");
    if (!button || !button.form.reportValidity()) return;
    const { form } = button;
    const trouble = form.querySelector("[data-failed]");
    trouble.hidden = true;
    try {
      const { creation_options: made, request_options: asked } = JSON.parse(form.dataset.options);
      const answer = await (made ? webauthnJSON.create(made) : webauthnJSON.get(asked));
      form.elements.credential.value = JSON.stringify(answer);
      form.requestSubmit();
    } catch {
      trouble.hidden = false;
    }
  });
})();
