import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions } from './data-source.js';
import { DATABASE_URL } from './database-url.js';
import { Notifications } from './notifications.js';

@Global()
@Module({})
export class DatabaseModule {
  static with(url: string): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(url), autoLoadEntities: true, retryAttempts: 0 })],
      providers: [{ provide: DATABASE_URL, useValue: url }, Notifications],
      exports: [DATABASE_URL, Notifications],
    };
  }
}
