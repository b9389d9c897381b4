// What a link of an invitation, or one to set a new password, leads to.
const find = (selector) => document.querySelector(selector);
const message = find('#message');
const [, page, token] = location.pathname.split('/').slice(-3);
const invitation = `/api/v1/invitations/${token}`;

/** Asks the server; a refusal is thrown in its own words. */
async function ask(method, path, body) {
  const answer = await fetch(`..${path}`, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  const result = text === '' ? {} : JSON.parse(text);
  if (!answer.ok) throw Object.assign(new Error(result.message), { problem: result });
  return result;
}

function tell(text) {
  message.textContent = text.charAt(0).toUpperCase() + text.slice(1);
  message.hidden = text === '';
}

/** Shows one part of the page, with its names filled in. */
function show(id, { email, organization, serverUrl } = {}) {
  for (const part of document.querySelectorAll('main > form, main > section')) part.hidden = part.id !== id;
  const fill = (selector, text) => {
    if (text !== undefined) for (const each of document.querySelectorAll(selector)) each.textContent = text;
  };
  fill('.email', email);
  fill('.organization', organization?.name);
  fill('.server-url', serverUrl);
  for (const input of document.querySelectorAll('[name=username]')) input.value = email ?? '';
  find(`#${id} input:not([type=hidden])`)?.focus();
}

/** Runs one step; on a refusal everything that was typed stays. */
function onSubmit(id, step) {
  const form = find(`#${id}`);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    tell('');
    const button = form.querySelector('button');
    button.disabled = true;
    try {
      const { again, ...fields } = Object.fromEntries(new FormData(form));
      if (again !== undefined && again !== fields.password) throw new Error('These are two different passwords.');
      await step(fields);
    } catch (error) {
      tell(error.message);
    } finally {
      button.disabled = false;
    }
  });
}

async function joined(accepted) {
  const { serverUrl } = await ask('GET', '/info');
  show('joined', { ...accepted, serverUrl });
}

onSubmit('new-account', async ({ username, password, firstName, lastName }) => {
  const accepted = await ask('POST', `${invitation}/accept`, { password, firstName, lastName });
  await ask('POST', '/api/v1/auth/sign-in', { email: username, password });
  await joined(accepted);
});
onSubmit('sign-in', async ({ username, password }) => {
  await ask('POST', '/api/v1/auth/sign-in', { email: username, password });
  await joined(await ask('POST', `${invitation}/accept`, {}));
});
onSubmit('accept', async () => joined(await ask('POST', `${invitation}/accept`, {})));
onSubmit('other-account', async () => {
  await ask('POST', '/api/v1/auth/sign-out');
  await begin();
});
onSubmit('reset', async ({ password }) => {
  await ask('POST', '/api/v1/auth/reset-password', { token, password });
  show('updated');
});

async function begin() {
  if (page === 'reset-password') {
    show('reset');
    return;
  }
  try {
    const opened = await ask('GET', invitation);
    show(opened.signedIn ? 'accept' : opened.hasAccount ? 'sign-in' : 'new-account', opened);
  } catch (error) {
    tell(error.message ?? 'The server does not answer. Reload this page in a moment.');
    if (error.problem?.code !== 'other-account') return;
    show('other-account', error.problem);
    find('#signed-in-as').textContent = error.problem.signedInAs;
  }
}

begin().catch(() => tell('The server does not answer. Reload this page in a moment.'));
