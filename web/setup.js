// The first start in a browser: license file or evaluation, default account, and what to do next.
const find = (selector) => document.querySelector(selector);
const message = find('#message');
let token = '';

/** Asks the server for its state and shows the form that belongs to it. */
async function show() {
  const info = await (await fetch('info')).json();
  find('#version').textContent = `Version ${info.version}`;
  find('#server-id').textContent = info.serverId;
  find('#no-vendor-key').hidden = info.vendorKey;
  find('#on-evaluation').hidden = !info.evaluation;
  find('#server-url').textContent = info.serverUrl;
  find('.server-url').textContent = info.serverUrl;
  find('[data-token]').hidden = token !== '';
  find('#account').elements.token.value = token;
  for (const part of document.querySelectorAll('[data-state]')) part.hidden = part.dataset.state !== info.setup;
  let done = true;
  for (const step of document.querySelectorAll('[data-step]')) {
    const current = step.dataset.step === info.setup;
    if (current) step.setAttribute('aria-current', 'step');
    else step.removeAttribute('aria-current');
    done &&= !current;
    step.classList.toggle('done', done);
  }
}

/** Sends one step; on a refusal everything that was typed stays, and the server's words are shown. */
async function send(form, step, body) {
  message.hidden = true;
  const given = form.elements.token.value.trim();
  const buttons = form.querySelectorAll('button');
  for (const button of buttons) button.disabled = true;
  try {
    const json = body !== undefined && !(body instanceof FormData);
    const answer = await fetch(`api/v1/setup/${step}`, {
      method: 'POST',
      headers: { 'X-Setup-Token': given, ...(json ? { 'Content-Type': 'application/json' } : {}) },
      body: json ? JSON.stringify(body) : body,
    });
    if (!answer.ok) throw new Error((await answer.json()).message);
    token = given;
    await show();
  } catch (error) {
    message.textContent = error.message;
    message.hidden = false;
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

const license = find('#license');
license.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = new FormData();
  form.append('file', license.elements.file.files[0]);
  void send(license, 'license', form);
});
find('#evaluation').addEventListener('click', () => {
  if (license.elements.token.reportValidity()) void send(license, 'evaluation');
});

const account = find('#account');
account.addEventListener('submit', (event) => {
  event.preventDefault();
  const { firstName, lastName, email, password } = Object.fromEntries(new FormData(account));
  void send(account, 'account', { firstName, lastName, email, password });
});

show().catch(() => {
  message.textContent = 'The server does not answer. Reload this page in a moment.';
  message.hidden = false;
});
