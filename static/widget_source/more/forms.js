/** What visitors are asked: facts before a chat, an address, a mark, a reason. */
import { el, press } from '../dom.js';
import { keep, recall } from '../storage.js';
import { drawer } from './drawer.js';
import { api, said } from './kit.js';
import { more } from './words.js';

let count = 0;

/** A labelled field; `type` is as HTML's, or textarea. */
function field({ name, label, type = 'text', required, choices }) {
  const id = `field-${++count}`;
  const area = type === 'textarea';
  const tag = choices ? 'select' : area ? 'textarea' : 'input';
  const input = el(tag, {
    id, name, type: tag === 'input' && type, rows: area && 3, maxlength: 1000, dir: 'auto', 'aria-required': required && 'true',
    autocomplete: { email: 'email', tel: 'tel', name: 'name' }[type === 'text' ? name : type],
  }, ...(choices ? ['', ...choices] : []).map((one) => el('option', null, one)));
  return [el('label', { for: id }, label, required ? '' : el('small', null, ` (${more.optional})`)), input];
}

/** A form in a drawer. `take` is given its values; an Error of it is shown and nothing is lost. */
function form(kit, title, { fields, send, also = [], take }) {
  const { strings, panel } = kit;
  const trouble = el('p.sorry', { role: 'alert' });
  const button = press('main', send, null, { type: 'submit' });
  const node = el('form', { novalidate: '' }, ...fields, trouble, el('div.row', null, button, ...also));
  const shut = drawer(kit, title, node);
  node.onsubmit = async (event) => {
    event.preventDefault();
    if (button.ariaDisabled === 'true') return;
    trouble.textContent = '';
    button.ariaDisabled = true;
    try {
      await take(Object.fromEntries(new FormData(node)), node);
      shut();
      said(panel, more.thanks);
    } catch (error) {
      trouble.textContent = error.message;
      error.field?.focus();
    }
    button.ariaDisabled = false;
  };
  return shut;
}

/** An Error that leads to its field. */
function wrong(message, field) {
  return Object.assign(Error(message), { field });
}

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function check(node) {
  for (const input of node.querySelectorAll('input, select, textarea')) {
    const value = input.value.trim();
    const named = input.labels[0].firstChild.textContent;
    input.ariaInvalid = false;
    const bad = input.ariaRequired === 'true' && !value ? more.required.replace('{}', named)
      : input.type === 'email' && value && !ADDRESS.test(value) && more.badMail;
    if (!bad) continue;
    input.ariaInvalid = true;
    throw wrong(bad, input);
  }
}

/** The tenant's own questions, before the first message. */
export function prechat(kit) {
  const { config, data } = kit;
  const asked = config.prechat;
  const told = `cx:${data.key}:told`;
  const done = () => keep(told, 1);
  if (!asked.length || recall(told)) return;
  const skip = asked.some(({ required }) => required) ? [] : [press('text', more.skip, () => { done(); shut(); })];
  const shut = form(kit, more.before, {
    fields: asked.flatMap(field),
    send: more.begin,
    also: skip,
    async take(fields, node) {
      check(node);
      await api(kit, 'prechat', { fields });
      done();
    },
  });
}

/** Where the answer shall go when nobody is here. */
export function leaveMail(kit) {
  const { strings } = kit;
  form(kit, more.leaveMail, {
    fields: [el('p', null, more.mailWhy), ...field({ name: 'email', label: more.mail, type: 'email', required: true })],
    send: strings.send,
    async take({ email }, node) {
      check(node);
      await api(kit, 'mail', { email: email.trim() });
    },
  });
}

/** A person was asked for, or the bot is back: an address where nobody is here, a mark where that is wanted. */
export function handed(kit, kind, text) {
  kit.tell('handoff', kind);
  kit.panel.tell(text);
  const { panel, config: { mail_capture: mail, csat } } = kit;
  if (kind === 'bot.back') panel.here = '';
  panel.ask?.remove();
  const part = kind === 'person.asked' && mail ? 'leaveMail' : kind === 'bot.back' && csat && 'rate';
  if (part) panel.log.append(panel.ask = press('opener', more[part], () => kit.act.more(part)));
}

/** Why an answer was bad; it is counted already. */
export function reason(kit, message) {
  const choices = [['wrong', more.wrong], ['unclear', more.unclear], ['off_topic', more.offTopic]].map(([value, text]) => (
    el('label.choice', null, el('input', { type: 'radio', name: 'reason', value }), el('span', null, text))
  ));
  const shut = form(kit, more.reason, {
    fields: [el('fieldset', { 'aria-label': more.reason }, ...choices), ...field({ name: 'comment', label: more.comment, type: 'textarea' })],
    send: kit.strings.send,
    also: [press('text', more.skip, () => shut())],
    async take({ reason: why = '', comment }) {
      await api(kit, 'feedback', { message, value: -1, reason: why, comment: comment.trim() });
    },
  });
}

/** A mark from 1 to 5 for the whole chat. */
export function rate(kit) {
  const { strings, tell } = kit;
  const stars = [1, 2, 3, 4, 5].map((score) => el('label.star', { title: more.score.replace('{}', score) },
    el('input', { type: 'radio', name: 'score', value: score, 'aria-label': more.score.replace('{}', score) }), el('span', { 'aria-hidden': 'true' }, '★')));
  form(kit, more.rate, {
    fields: [el('fieldset', null, el('legend', null, more.howWas), el('div.stars', null, ...stars)), ...field({ name: 'comment', label: more.comment, type: 'textarea' })],
    send: strings.send,
    async take({ score, comment }) {
      if (!score) throw wrong(more.required.replace('{}', more.howWas), stars[0].firstChild);
      const given = { score: +score, comment: comment.trim() };
      await api(kit, 'csat', given);
      tell('rated', given);
    },
  });
}
