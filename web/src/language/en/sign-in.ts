/** Signing in, and what leads to it. */
export const signIn = {
  title: 'Sign in',
  text: 'Seats for your testers and pipelines, inside your network.',
  email: 'E-mail',
  password: 'Password',
  submit: 'Sign in',
  forgot: 'Forgot your password?',
} as const;
