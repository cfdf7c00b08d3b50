import { linkKinds, mostLinks, sessionFields } from '../../services/sessions/input.ts';
import type { Session } from '../../services/sessions/queries.ts';
import type { Issue } from '../../shared/result.ts';
import { t } from '../../words/words.ts';
import type { SessionForm } from '../sessions/form-body.ts';
import { type FieldView, fieldView, questionView } from './form.ts';

/** `sessionFields` as controls, with their labels, help and the words for their options. */
export function sessionFieldViews({ typed }: SessionForm, issues: Issue[], features: string[]): FieldView[] {
  return sessionFields.map((field) => {
    const help =
      field.name === 'features' && features.length > 0
        ? t('sessions:form.help.features_known', { features: features.join(', ') })
        : t(`sessions:form.help.${field.name}`);
    const label = t(`fields:labels.${field.name}`);
    const optional = field.name === 'level' ? { ...field, options: ['', ...field.options!] } : field;
    const view = questionView({ ...optional, label, help }, typed[field.name], issues);
    const options = view.options.map((one) => ({ ...one, label: optionLabel(field.name, one.value) }));
    return { ...view, options, ...extras[field.name] };
  });
}

const extras: Record<string, Partial<FieldView>> = {
  title: { autocomplete: 'off' },
  abstract: { rows: 9 },
  kind: { required: true },
  minutes: { inputmode: 'numeric' },
  language: { list: 'languages' },
};

const optionLabel = (name: string, value: string): string =>
  name === 'level' ? t(`sessions:levels.${value || 'any'}`) : t(`sessions:kinds.${value}`);

export type LinkRowView = { legend: string; fields: FieldView[] };

/** The rows that are there, and two empty ones. */
export function linkRows({ links }: SessionForm, issues: Issue[]): LinkRowView[] {
  const count = Math.min(mostLinks, links.length + 2);
  return Array.from({ length: count }, (_, n) => {
    const row = links[n] ?? { kind: 'slides', url: '', title: '' };
    const field = (part: keyof typeof row, more: Partial<FieldView>) =>
      fieldView({
        name: `links.${n}.${part}`,
        value: row[part],
        issues,
        label: t(`sessions:form.link_${part}`),
        ...more,
        options: part === 'kind' ? kindOptions() : [],
      });
    return {
      legend: t('sessions:form.link_row', { n: n + 1 }),
      fields: [
        field('kind', { control: 'select', required: true }),
        field('url', { type: 'url', maxlength: 1000 }),
        field('title', { maxlength: 200 }),
      ],
    };
  });
}

const kindOptions = () => linkKinds.map((value) => ({ value, label: t(`sessions:links.${value}`) }));

/** `remove`: while there are several, as a session has one at least. */
export type HostsView = { names: string; remove?: FieldView; email: FieldView };

export function hostsView(
  session: Session,
  form: SessionForm,
  issues: Issue[],
  personId: number | undefined,
): HostsView {
  const options = session.hosts.map((host) => ({
    value: String(host.personId),
    label: host.personId === personId ? t('sessions:form.remove_self', { name: host.name }) : host.name,
  }));
  return {
    names: session.hosts.map((host) => host.name).join(', '),
    remove:
      options.length > 1
        ? fieldView({
            name: 'unhost',
            control: 'checkboxes',
            label: t('sessions:form.remove'),
            value: form.unhost,
            options,
          })
        : undefined,
    email: fieldView({
      name: 'email',
      type: 'email',
      value: form.typed.email,
      issues,
      label: t('sessions:form.email'),
      help: t('sessions:form.email_help'),
      maxlength: 254,
      autocomplete: 'off',
    }),
  };
}
