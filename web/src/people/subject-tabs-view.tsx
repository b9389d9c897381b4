import { Tabs } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PersonTab } from './subject-tabs';

interface Props {
  tab: PersonTab;
  /** What the reader may see, in its order. */
  tabs: readonly { key: PersonTab; content: React.ReactNode }[];
}

/** The lists about one person or one machine, of which one is shown: each has its page and its order in the address. */
export function SubjectTabs({ tab, tabs }: Props): React.ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const shown = tabs.some(({ key }) => key === tab) ? tab : 'now';
  return (
    <Tabs
      value={shown}
      onChange={(key) => void navigate({ to: '.', search: key === 'now' ? {} : { tab: key }, replace: true } as never)}
    >
      <Tabs.List mb="lg">
        {tabs.map(({ key }) => (
          <Tabs.Tab key={key} value={key}>
            {t(`people.tab.${key}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ key, content }) => (
        <Tabs.Panel key={key} value={key}>
          {content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
