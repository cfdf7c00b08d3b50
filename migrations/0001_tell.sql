-- Whoever changes an event, by whatever door, tells every process that keeps a rendered page of it.
create function tell_event_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('event_changed', coalesce(new.slug, old.slug));
  if tg_op = 'UPDATE' and new.slug <> old.slug then
    perform pg_notify('event_changed', old.slug);
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger tell_event_changed after insert or update or delete on events
  for each row execute function tell_event_changed();
--> statement-breakpoint
create function tell_chat_message() returns trigger language plpgsql as $$
begin
  perform pg_notify('chat_message', new.address);
  return null;
end $$;
--> statement-breakpoint
create trigger tell_chat_message after insert on chat_messages
  for each row execute function tell_chat_message();
