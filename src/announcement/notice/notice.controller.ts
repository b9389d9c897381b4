import { Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SignedIn } from '../../access/access.js';
import { type Caller, CallerOf } from '../../access/caller.js';
import { ApiProblems } from '../../http/problem/api-problems.js';
import { UuidPipe } from '../../http/validation/validation.js';
import { NoticeView } from './dto/notice.js';
import { NoticeService } from './notice.service.js';

@ApiTags('My account')
@Controller('api/v1/users/me/notifications')
@SignedIn()
export class NoticeController {
  constructor(private readonly notices: NoticeService) {}

  @Get()
  @ApiOperation({
    summary: 'What needs action of me: in my organizations as my roles allow, and for root on this server',
    description: 'The most urgent first. What I have dismissed is marked; when it changes, it has another id.',
  })
  @ApiOkResponse({ type: [NoticeView] })
  list(@CallerOf() caller: Caller): Promise<NoticeView[]> {
    return this.notices.list(caller);
  }

  @Put(':notificationId/dismissal')
  @HttpCode(204)
  @ApiOperation({ summary: 'Dismiss a notification until its content changes' })
  @ApiNoContentResponse()
  @ApiProblems({ 404: 'It is not among my notifications.' })
  dismiss(@CallerOf() caller: Caller, @Param('notificationId', UuidPipe) id: string): Promise<void> {
    return this.notices.dismiss(caller, id);
  }

  @Delete(':notificationId/dismissal')
  @HttpCode(204)
  @ApiOperation({ summary: 'Restore a dismissed notification' })
  @ApiNoContentResponse()
  @ApiProblems({ 404: 'I have not dismissed it.' })
  restore(@CallerOf() caller: Caller, @Param('notificationId', UuidPipe) id: string): Promise<void> {
    return this.notices.restore(caller, id);
  }
}
