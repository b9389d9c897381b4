import { MemberLink } from '../app/subject-link';
import { nameOf, Person } from '../components/person';

interface Props {
  userId: number;
  email: string;
  firstName: string;
  lastName: string;
}

/** A person of the organization, with the way to their page. */
export function Member(props: Props): React.ReactNode {
  return <Person {...props} name={<MemberLink userId={props.userId}>{nameOf(props)}</MemberLink>} />;
}
