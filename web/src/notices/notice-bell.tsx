import { ActionIcon, Indicator, Popover } from '@mantine/core';
import { Bell } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from '../components/describe-error';
import { useNotices } from './use-notices';

const NoticeList = lazy(() => import('./notice-list'));

/** Says how much needs action of the reader, and opens the list of it. */
export function NoticeBell({ organizationId }: { organizationId: number | undefined }): React.ReactNode {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const { data: notices, error, isPending } = useNotices();
  const count = notices?.filter(({ dismissed }) => !dismissed).length ?? 0;
  const label = count > 0 ? t('notices.open', { count }) : t('notices.title');
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width="min(400px, 100vw - 24px)"
      trapFocus
      shadow="md"
    >
      <Indicator label={count} disabled={count === 0} size={17} offset={7} color="red">
        <Popover.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={40}
            radius="xl"
            aria-label={label}
            title={label}
            onClick={() => setOpened(!opened)}
          >
            <Bell size={19} aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p={0} aria-label={t('notices.title')}>
        {opened && (
          <Suspense>
            <NoticeList
              notices={notices}
              failure={!notices && error ? describeError(error) : undefined}
              isPending={isPending}
              organizationId={organizationId}
              onLeave={() => setOpened(false)}
            />
          </Suspense>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
