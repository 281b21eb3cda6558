import { IsInt, IsOptional, Min } from 'class-validator';

export class EventsQuery {
  /** The number of the last event already seen: the stream goes on behind it. `Last-Event-ID` counts for more. */
  @IsOptional()
  @IsInt()
  @Min(0)
  after?: number;
}
