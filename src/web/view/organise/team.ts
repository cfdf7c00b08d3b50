import type { Member } from '../../../services/people/members.ts';
import type { Refusal } from '../../../shared/result.ts';
import { t } from '../../../words/words.ts';
import { type FieldView, type FormErrors, fieldView, formErrors } from '../form.ts';
import type { Desk } from './desk.ts';

export type TeamPage = {
  /** Of an event; absent for the whole site. */
  desk?: Desk;
  path: string;
  lead: string;
  errors?: FormErrors;
  members: MemberRow[];
  /** Absent for those who may only look. */
  add?: { email: FieldView; role: FieldView };
};

type MemberRow = {
  name: string;
  email: string;
  role: string;
  note: string;
  /** The other role, to change to. */
  change?: { role: string; text: string };
  remove?: { action: string; sure: string };
};

type Given = {
  desk?: Desk;
  members: Member[];
  mayChange: boolean;
  personId?: number;
  typed: { email: string; role: string };
  refusal?: Refusal;
};

/** Who has a role, and the form that gives one. */
export function teamPage({ desk, members, mayChange, personId, typed, refusal }: Given): TeamPage {
  const path = desk ? `${desk.href}/team` : '/organise/team';
  const add = addForm(typed, refusal);
  return {
    desk,
    path,
    lead: t(desk ? 'organise:team.lead' : 'organise:team.site_lead'),
    errors: formErrors(refusal, [add.email]),
    members: members.map((member) => ({
      name: member.name,
      email: member.email,
      role: t(`organise:team.roles.${member.role}`),
      note: noteOf(member, personId),
      change: mayChange ? changeOf(member) : undefined,
      remove: mayChange ? removeOf(member, path, personId) : undefined,
    })),
    add: mayChange ? add : undefined,
  };
}

const noteOf = (member: Member, personId?: number) =>
  member.personId === personId ? t('organise:team.you') : member.verified ? '' : t('organise:team.not_yet');

function changeOf(member: Member): MemberRow['change'] {
  const role = member.role === 'organiser' ? 'helper' : 'organiser';
  return { role, text: t(`organise:team.make.${role}`) };
}

const removeOf = (member: Member, path: string, personId?: number): MemberRow['remove'] => ({
  action: `${path}/${member.roleId}/remove`,
  sure: t(member.personId === personId ? 'organise:team.sure_you' : 'organise:team.sure', {
    name: member.name,
  }),
});

function addForm(typed: Given['typed'], refusal?: Refusal): NonNullable<TeamPage['add']> {
  const roles = ['helper', 'organiser'].map((role) => ({
    value: role,
    label: t(`organise:team.role_choice.${role}`),
  }));
  return {
    email: fieldView({
      name: 'email',
      type: 'email',
      value: refusal ? typed.email : '',
      issues: refusal?.issues,
      required: true,
      autocomplete: 'off',
      maxlength: 254,
      help: t('organise:team.email_help'),
    }),
    role: fieldView({ name: 'role', control: 'radios', value: typed.role, required: true, options: roles }),
  };
}
