import { ActionIcon, Anchor, Button, Group, ScrollArea, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { BellRing, CircleAlert, Info, type LucideIcon, RotateCcw, TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NoticeView } from '../../generated/api';
import { useMe } from '../app/use-me';
import { EmptyState } from '../components/layout/empty-state';
import { Time } from '../components/time/time';
import { locale } from '../language';
import classes from './notices.module.css';
import { noticePage, describeNotice } from './describe-notice';
import { useDismissal } from './use-notices';

interface Props {
  notices: readonly NoticeView[] | undefined;
  /** They are on their way. */
  isPending: boolean;
  /** Why they are not known. */
  failure: string | undefined;
  /** Of the page. */
  organizationId: number | undefined;
  onLeave: () => void;
}

/** What needs action, and on request what the reader has dismissed. */
export default function NoticeList({
  notices = [],
  failure,
  isPending,
  organizationId,
  onLeave,
}: Props): React.ReactNode {
  const { t } = useTranslation();
  const [showsDismissed, setShowsDismissed] = useState(false);
  const open = notices.filter(({ dismissed }) => !dismissed);
  const count = notices.length - open.length;
  const shown = showsDismissed ? [...open, ...notices.filter(({ dismissed }) => dismissed)] : open;
  return (
    <Stack gap={0}>
      <Title order={2} size="h4" px="md" py="sm" className={classes.head}>
        {t('notices.title')}
      </Title>
      <ScrollArea.Autosize mah="min(480px, 100dvh - 190px)" type="auto">
        {failure && <EmptyState icon={CircleAlert} title={t('app.failed')} text={failure} />}
        {isPending && <Skeleton h={64} m="md" />}
        {shown.length === 0 && !failure && !isPending && (
          <EmptyState icon={BellRing} title={t('notices.none')} text={t('notices.noneText')} />
        )}
        {shown.length > 0 && (
          <Stack component="ul" gap={0} m={0} p={0}>
            {shown.map((notice) => (
              <Notice key={notice.id} notice={notice} home={organizationId} onLeave={onLeave} />
            ))}
          </Stack>
        )}
      </ScrollArea.Autosize>
      <Group justify="space-between" gap="xs" px="md" py="xs" className={classes.foot}>
        <Anchor component={Link} to="/profile" hash="mail" size="sm" onClick={onLeave}>
          {t('notices.byMail')}
        </Anchor>
        {count > 0 && (
          <Button size="compact-sm" variant="subtle" onClick={() => setShowsDismissed(!showsDismissed)}>
            {showsDismissed ? t('notices.hideDismissed') : t('notices.showDismissed', { count })}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

const looks: Record<NoticeView['severity'], { color: string; icon: LucideIcon }> = {
  critical: { color: 'red', icon: CircleAlert },
  warning: { color: 'yellow', icon: TriangleAlert },
  info: { color: 'gray', icon: Info },
};

interface NoticeProps {
  notice: NoticeView;
  home: number | undefined;
  onLeave: () => void;
}

function Notice({ notice, home, onLeave }: NoticeProps): React.ReactNode {
  const { t } = useTranslation();
  const { root } = useMe();
  const dismiss = useDismissal();
  const { title, text } = describeNotice(notice, t, locale());
  const { to, search } = noticePage(notice, root, home);
  const { color, icon: Icon } = looks[notice.severity];
  return (
    <Group component="li" wrap="nowrap" align="flex-start" gap="sm" px="md" py="sm" className={classes.notice}>
      <ThemeIcon variant="light" color={color} radius="xl" size={32} mt={2}>
        <Icon size={17} aria-hidden />
      </ThemeIcon>
      <Stack gap={2} flex={1} miw={0}>
        <Anchor
          component={Link}
          to={to}
          search={search as never}
          onClick={onLeave}
          fw={600}
          size="sm"
          className="break"
          c={notice.dismissed ? 'dimmed' : undefined}
        >
          {title}
        </Anchor>
        <Text size="sm" className="break" lineClamp={4}>
          {text}
        </Text>
        <Text size="xs" c="dimmed" className="break">
          {notice.organization?.name ?? t('notices.server')} · <Time value={notice.at} />
        </Text>
      </Stack>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t(notice.dismissed ? 'notices.restore' : 'notices.dismiss', { title })}
        onClick={() => dismiss(notice)}
      >
        {notice.dismissed ? <RotateCcw size={16} aria-hidden /> : <X size={16} aria-hidden />}
      </ActionIcon>
    </Group>
  );
}
