import '@mantine/spotlight/styles.layer.css';
import { closeSpotlight, openSpotlight, Spotlight } from '@mantine/spotlight';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type EntryGroup, matches } from './entries';
import { useFound } from './use-found';
import { useActions, usePages, useViews } from './use-pages';

interface Props {
  organizationId: number | undefined;
  onClose: () => void;
}

/** Leads to every page, person, machine and session, and does what can be done from everywhere. */
export default function Palette({ organizationId, onClose }: Props): React.ReactNode {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const search = typed.trim();
  useEffect(() => {
    openSpotlight();
    return closeSpotlight;
  }, []);
  const { groups: found, pending } = useFound(typed, organizationId);
  const known = [usePages(organizationId), useViews(), useActions(organizationId)].map(({ title, entries }) => ({
    title,
    entries: entries.filter((entry) => matches(search, entry)),
  }));
  const groups = [...known, ...found].filter(({ entries }) => entries.length > 0);
  return (
    <Spotlight.Root
      query={typed}
      onQueryChange={setTyped}
      onSpotlightClose={onClose}
      shortcut={null}
      scrollable
      maxHeight={420}
      attributes={{ content: { 'aria-label': t('palette.title') } }}
    >
      <Spotlight.Search
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        leftSection={<Search size={18} aria-hidden />}
        maxLength={100}
      />
      <Spotlight.ActionsList aria-busy={pending}>
        {groups.map((group) => (
          <Group key={group.title} group={group} onDone={onClose} />
        ))}
        {groups.length === 0 && (
          <Spotlight.Empty>{pending ? t('app.loading') : t('palette.nothing', { search })}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function Group({ group, onDone }: { group: EntryGroup; onDone: () => void }): React.ReactNode {
  return (
    <Spotlight.ActionsGroup label={group.title}>
      {group.entries.map(({ id, label, description, icon: Icon, run }) => (
        <Spotlight.Action
          key={id}
          label={label}
          description={description}
          leftSection={<Icon size={18} aria-hidden />}
          onClick={() => {
            onDone();
            run();
          }}
        />
      ))}
    </Spotlight.ActionsGroup>
  );
}
