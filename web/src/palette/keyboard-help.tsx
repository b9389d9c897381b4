import { Kbd, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../components/dialog';

/** Which keys do what. */
export default function KeyboardHelp({ onClose }: { onClose: () => void }): React.ReactNode {
  const { t } = useTranslation();
  const rows = [
    [['Ctrl', 'K'], t('palette.help.palette')],
    [['/'], t('palette.help.palette')],
    [['?'], t('palette.help.keys')],
    [['Esc'], t('palette.help.close')],
    [[t('palette.help.space')], t('palette.help.select')],
    [['Shift', t('palette.help.space')], t('palette.help.range')],
  ] as const;
  return (
    <Dialog onClose={onClose} title={t('palette.help.title')}>
      <Table>
        <Table.Tbody>
          {rows.map(([keys, effect]) => (
            <Table.Tr key={keys.join()}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                {keys.map((key, index) => (
                  <span key={key}>
                    {index > 0 && ' + '}
                    <Kbd>{key}</Kbd>
                  </span>
                ))}
              </Table.Td>
              <Table.Td>{effect}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  );
}
