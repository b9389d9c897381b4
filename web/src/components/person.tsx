import { Avatar, Group, Stack, Text } from '@mantine/core';

interface Named {
  email: string;
  firstName: string;
  lastName: string;
}

/** First and last name; the address when there are none. */
export function nameOf({ email, firstName, lastName }: Named): string {
  return `${firstName} ${lastName}`.trim() || email;
}

/** A person: the name, and the e-mail address below it. @param name in place of the plain one */
export function Person({ name: shown, ...props }: Named & { name?: React.ReactNode }): React.ReactNode {
  const name = nameOf(props);
  return (
    <Group gap="sm" wrap="nowrap" miw={0}>
      <Avatar name={name} size={32} color="pine" variant="light" alt="" aria-hidden />
      <Stack gap={0} miw={0}>
        <Text className="break" fw={500} lh={1.35}>
          {shown ?? name}
        </Text>
        {name !== props.email && (
          <Text size="sm" c="dimmed" className="break" lh={1.35}>
            {props.email}
          </Text>
        )}
      </Stack>
    </Group>
  );
}
