import { customerService } from './customer-service.js';
import { marketAnalysis } from './market-analysis.js';
import { softwareTeam } from './software-team.js';
import type { Template } from './template.js';

export const TEMPLATES: readonly Template[] = [marketAnalysis, softwareTeam, customerService];
