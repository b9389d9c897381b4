import { useTranslation } from 'react-i18next';
import { Confirm } from '../components/confirm';

interface Props {
  onLeave: () => void;
  onStay: () => void;
}

/** Asks whether to leave a form whose changes are not saved. */
export function LeaveQuestion({ onLeave, onStay }: Props): React.ReactNode {
  const { t } = useTranslation();
  return (
    <Confirm
      title={t('app.leave.title')}
      text={t('app.leave.text')}
      action={t('app.leave.action')}
      danger
      run={() => {
        onLeave();
        return Promise.resolve();
      }}
      onClose={onStay}
    />
  );
}
