import { SetMetadata } from '@nestjs/common';

/** Metadata key of the routes that a session may call whose user has to set up a second factor first. */
export const WITHOUT_SECOND_FACTOR = 'without-second-factor';

/** Open to a session whose user has to set up a second factor first, and is therefore refused everywhere else. */
export const WithoutSecondFactor = (): MethodDecorator & ClassDecorator => SetMetadata(WITHOUT_SECOND_FACTOR, true);
