import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { GroupRuleView } from '../../generated/api';
import { answer, api } from '../api/client';
import { organizationKey } from '../api/queries';
import { Failure } from '../forms/failure';
import { type Choice, FoundSelect } from '../forms/found-select';
import type { ProviderFormState } from './provider-values';

const roles = ['USER', 'BILLING_MANAGER', 'ADMIN'] as const;
const root = 'root';

/** What the provider's groups give. */
export function GroupRules({ state: { form } }: { state: ProviderFormState }): React.ReactNode {
  const { t } = useTranslation();
  const { groups } = form.values;
  const change = (index: number, rule: GroupRuleView): void => form.setFieldValue('groups', groups.with(index, rule));
  const add = (): void => form.setFieldValue('groups', [...groups, { group: '', root: true }]);
  return (
    <Stack gap="xs" component="fieldset" m={0} p={0} bd="none">
      <Text component="legend" size="sm" fw={600} p={0}>
        {t('singleSignOn.admin.groups')}
      </Text>
      <Text size="xs" c="dimmed">
        {t('singleSignOn.admin.groupsHint')}
      </Text>
      {groups.map((rule, index) => (
        <Rule
          // The order is all that tells them apart while they are typed.
          key={index}
          rule={rule}
          onChange={(next) => change(index, next)}
          onRemove={() => form.setFieldValue('groups', groups.toSpliced(index, 1))}
        />
      ))}
      <Failure>{typeof form.errors.groups === 'string' ? form.errors.groups : undefined}</Failure>
      <Group>
        <Button variant="default" size="compact-sm" leftSection={<Plus size={14} aria-hidden />} onClick={add}>
          {t('singleSignOn.admin.addGroup')}
        </Button>
      </Group>
    </Stack>
  );
}

interface RuleProps {
  rule: GroupRuleView;
  onChange: (rule: GroupRuleView) => void;
  onRemove: () => void;
}

function Rule({ rule, onChange, onRemove }: RuleProps): React.ReactNode {
  const { t } = useTranslation();
  const { group } = rule;
  const organizationId = rule.organizationId ?? undefined;
  const choose = (value: string | null): void =>
    onChange(
      value === null || value === root ? { group, root: true } : { group, organizationId: Number(value), role: 'USER' },
    );
  return (
    <Group gap="xs" align="flex-end" wrap="wrap">
      <TextInput
        label={t('singleSignOn.admin.group')}
        flex="1 1 180px"
        required
        withAsterisk={false}
        value={group}
        onChange={(event) => onChange({ ...rule, group: event.currentTarget.value })}
      />
      <GivesField value={organizationId === undefined ? root : String(organizationId)} onChange={choose} />
      {organizationId !== undefined && (
        <OrganizationFields organizationId={organizationId} rule={rule} onChange={onChange} />
      )}
      <Button
        variant="subtle"
        color="gray"
        px="xs"
        aria-label={t('singleSignOn.admin.removeGroup', { group })}
        onClick={onRemove}
      >
        <X size={16} aria-hidden />
      </Button>
    </Group>
  );
}

interface OrganizationFieldsProps extends Pick<RuleProps, 'rule' | 'onChange'> {
  organizationId: number;
}

/** The role in an organization, and a team of it. */
function OrganizationFields({ organizationId, rule, onChange }: OrganizationFieldsProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <Select
        label={t('singleSignOn.admin.role')}
        flex="1 1 140px"
        data={roles.map((value) => ({ value, label: t(`app.role.${value}`) }))}
        allowDeselect={false}
        value={rule.role ?? 'USER'}
        onChange={(value) => onChange({ ...rule, role: value ?? undefined })}
      />
      <TeamField
        organizationId={organizationId}
        value={rule.teamId ?? undefined}
        onChange={(teamId) => onChange({ ...rule, teamId })}
      />
    </>
  );
}

interface TeamFieldProps {
  organizationId: number;
  value: number | undefined;
  onChange: (teamId: number | undefined) => void;
}

/** The team whose members the people of a group are, too. */
function TeamField({ organizationId, value, onChange }: TeamFieldProps): React.ReactNode {
  const { t } = useTranslation();
  const path = { organizationId };
  return (
    <FoundSelect
      label={t('singleSignOn.admin.team')}
      flex="1 1 140px"
      placeholder={t('singleSignOn.admin.noTeam')}
      clearable
      listKey={organizationKey(organizationId, 'teams')}
      find={async (search) => {
        const params = { path, query: { ...firstOnes, search: search || undefined } };
        return (await answer(api.GET('/api/v1/organizations/{organizationId}/teams', { params }))).content;
      }}
      load={(id) => {
        const params = { path: { organizationId, teamId: Number(id) } };
        return answer(api.GET('/api/v1/organizations/{organizationId}/teams/{teamId}', { params }));
      }}
      choiceOf={choiceOf}
      value={value === undefined ? null : String(value)}
      onChange={(team) => onChange(team === null ? undefined : Number(team))}
    />
  );
}

/** What a list shows before anything is typed. */
const firstOnes = { size: 20, sort: 'name' } as const;

function choiceOf({ id, name }: { id: number; name: string }): Choice {
  return { value: String(id), label: name };
}

/** The whole server, or an organization of any number. */
function GivesField({ value, onChange }: { value: string; onChange: (value: string | null) => void }): React.ReactNode {
  const { t } = useTranslation();
  return (
    <FoundSelect
      label={t('singleSignOn.admin.gives')}
      flex="1 1 180px"
      allowDeselect={false}
      first={[{ value: root, label: t('singleSignOn.admin.root') }]}
      listKey={['organizations']}
      find={async (search) => {
        const params = { query: { ...firstOnes, search: search || undefined } };
        return (await answer(api.GET('/api/v1/organizations', { params }))).content;
      }}
      load={(id) => {
        const params = { path: { organizationId: Number(id) } };
        return answer(api.GET('/api/v1/organizations/{organizationId}', { params }));
      }}
      choiceOf={choiceOf}
      value={value}
      onChange={onChange}
    />
  );
}
