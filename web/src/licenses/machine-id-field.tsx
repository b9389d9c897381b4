import { TextInput, type TextInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** For the id of a machine, as a client shows it: the first field of its dialog. */
export function MachineIdField(props: TextInputProps): React.ReactNode {
  const { t } = useTranslation();
  return (
    <TextInput
      label={t('licenses.offline.machineId')}
      description={t('licenses.offline.machineIdHint')}
      required
      withAsterisk={false}
      maxLength={255}
      spellCheck={false}
      autoComplete="off"
      data-autofocus
      {...props}
    />
  );
}
