import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { ActorRef } from '#libs/kernel/index.js';
import { Actor, Allow, Id } from '#libs/platform/http/index.js';
import { Fails } from '#libs/platform/openapi/index.js';
import { TeamNotFound } from '../team.errors.js';
import { CompileBody, PlanBody, PlannedView } from './plan.views.js';
import { PlansService } from './plans.service.js';

/** What a run would do, before it is begun. */
@Controller('api/v1')
export class PlansController {
  constructor(private readonly plans: PlansService) {}

  /** What a run of a team would do: who waits for whom, what is wrong, and what it takes at most. Nothing runs. */
  @Post('teams/:id/plan')
  @HttpCode(200)
  @Allow('team:read')
  @Fails(TeamNotFound)
  async ofTeam(@Actor() actor: ActorRef, @Id() id: string, @Body() body: PlanBody): Promise<PlannedView> {
    return PlannedView.of(await this.plans.ofTeam(actor, id, body.initial_prompt ?? null));
  }

  /**
   * Looks at a workflow before there is a team. Everything that is wrong with it is told at once, each thing with its
   * place and what to do, and nothing is kept.
   */
  @Post('workflows/compile')
  @HttpCode(200)
  @Allow('workflow:compile')
  async compile(@Actor() actor: ActorRef, @Body() body: CompileBody): Promise<PlannedView> {
    const { workflow_definition: workflow, agent_ids, initial_prompt } = body;
    return PlannedView.of(await this.plans.ofWorkflow(actor, workflow, agent_ids ?? null, initial_prompt ?? null));
  }
}
