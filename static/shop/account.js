'use strict';
/** Lets somebody play a customer of the demo shop: the chat then knows whose orders to look up. */
{
  const box = document.querySelector('.account');
  const key = document.querySelector('script[data-key]').dataset.key;
  const store = `cx:${key}`; // where the widget keeps the visitor's token
  const said = box.querySelector('output');

  const post = async (path, body) => {
    const answer = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return answer.json();
  };

  const tokenNow = async () => {
    let token = localStorage.getItem(store);
    if (!token) {
      ({ token } = await post('/widget/session', { key, token: null, locale: document.documentElement.lang }));
      localStorage.setItem(store, token);
    }
    return token;
  };

  const show = (customer) => {
    for (const button of box.querySelectorAll('button')) {
      button.ariaPressed = String(button.value === customer);
    }
    const { example } = box.querySelector(`button[value="${customer}"]`)?.dataset || {};
    said.value = example ? `Ask the chat: “Where is my order ${example}?”` : '';
  };

  box.addEventListener('click', async ({ target }) => {
    if (target.type !== 'button') return;
    const customer = target.ariaPressed === 'true' ? '' : target.value;
    try {
      await post('/demo/sign-in', { token: await tokenNow(), customer });
      sessionStorage.setItem('shop:customer', customer);
      show(customer);
    } catch (error) {
      said.value = 'That did not work. Reload the page and try again.';
      console.error(error);
    }
  });
  show(sessionStorage.getItem('shop:customer') || '');
  box.hidden = false;
}
