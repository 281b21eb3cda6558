import { AppError } from '#libs/kernel/index.js';

export class TemplateNotFound extends AppError {
  readonly code = 'template.not-found';
  readonly kind = 'missing';
  constructor() {
    super('Template not found');
  }
}
