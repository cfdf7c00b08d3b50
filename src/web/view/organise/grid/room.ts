import type { GridRoom } from '../../../../services/grid/queries.ts';
import type { Issue, Refusal } from '../../../../shared/result.ts';
import { t } from '../../../../words/words.ts';
import { type FieldView, type FormErrors, fieldView, formErrors } from '../../form.ts';
import type { Desk } from '../desk.ts';

type Typed = Record<string, unknown>;

/** The fields of a room, new or not. */
export const roomFields = (typed: Typed, issues?: Issue[]): FieldView[] => [
  fieldView({ name: 'name', value: typed.name, issues, required: true, maxlength: 80, autocomplete: 'off' }),
  fieldView({
    name: 'capacity',
    value: typed.capacity,
    issues,
    label: t('fields:labels.capacity_room'),
    inputmode: 'numeric',
    maxlength: 5,
  }),
  fieldView({
    name: 'features',
    value: typed.features,
    issues,
    label: t('grid:room.features'),
    help: t('grid:room.features_help'),
    maxlength: 400,
  }),
];

export type RoomPage = {
  desk: Desk;
  heading: string;
  action: string;
  back: string;
  errors?: FormErrors;
  fields: FieldView[];
  remove: { action: string; sure: string };
};

type Given = { desk: Desk; room: GridRoom; typed?: Typed; refusal?: Refusal };

/** A room that is changed or removed. */
export function roomPage({ desk, room, typed, refusal }: Given): RoomPage {
  const now = { name: room.name, capacity: room.capacity ?? '', features: room.features.join(', ') };
  const fields = roomFields(typed ?? now, refusal?.issues);
  const back = `${desk.href}/grid`;
  const action = `${back}/rooms/${room.id}`;
  return {
    desk,
    heading: room.name,
    action,
    back,
    errors: formErrors(refusal, fields),
    fields,
    remove: { action: `${action}/remove`, sure: t('grid:room.sure', { room: room.name }) },
  };
}
