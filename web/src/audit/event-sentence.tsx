import { Code, Group, Stack, Text } from '@mantine/core';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { AuditEventView } from '../../generated/api';
import { SubjectLink } from '../app/subject-link';
import { describeEvent, type SentencePart } from './describe-event';
import { describeDetails } from './describe-details';
import { sentences as german } from './sentences-de';
import { sentences as english } from './sentences-en';
import { sentences as japanese } from './sentences-ja';

const sentencesIn: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  de: german,
  en: english,
  ja: japanese,
};

interface Props {
  event: AuditEventView;
  /** Events of several organizations stand in one list. */
  isOfServer: boolean;
}

/** What happened, as a sentence that leads to the people and machines in it, and what else the event knows. */
export function EventSentence({ event, isOfServer }: Props): React.ReactNode {
  const { t, i18n } = useTranslation();
  const sentences = sentencesIn[i18n.language] ?? english;
  const role = (key: string): string => i18next.t(`app.role.${key}` as 'app.role.USER', { defaultValue: key });
  const product = (key: string): string =>
    i18next.t(`app.productName.${key}` as 'app.productName.KSE', { defaultValue: key });
  const parts = describeEvent(sentences, event, { role, product });
  const { organizationId, targetType } = event;
  const inOrganization = isOfServer && organizationId !== null && targetType !== 'organization';
  // The details of an event that has its sentence are a click away.
  const rest = [
    inOrganization && t('audit.inOrganization', { id: organizationId }),
    !parts && describeDetails(event.details),
  ].filter(Boolean);
  return (
    <Stack gap={3}>
      <Text className="break" maw={560} lh={1.45} inherit>
        {parts?.map((part, index) => <Part key={index} part={part} organizationId={organizationId} />) ??
          `${event.actor}: ${actionText(event.action) ?? event.action}`}
      </Text>
      <Group gap={6}>
        <Code>{event.action}</Code>
        <Text size="sm" c="dimmed" className="break" maw={560}>
          {rest.join(' · ')}
        </Text>
      </Group>
    </Stack>
  );
}

function Part({ part, organizationId }: { part: SentencePart; organizationId: number | null }): React.ReactNode {
  if (typeof part === 'string') return part;
  const name = part.kind === 'person' ? part.name : part.machineId;
  if (organizationId === null) return <b>{name}</b>;
  const subject = part.kind === 'person' ? { userId: part.userId } : { machineId: part.machineId };
  return (
    <SubjectLink organizationId={organizationId} subject={subject} fw={550}>
      {name}
    </SubjectLink>
  );
}

/** The action in the reader's language, where the event does not know enough for a sentence. */
function actionText(action: string): string | undefined {
  return i18next.getResource(i18next.language, 'translation', `audit|actions|${action}`, { keySeparator: '|' }) as
    string | undefined;
}
