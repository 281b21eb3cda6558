import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import type { Role } from '#libs/kernel/index.js';
import type { UserRow } from './user.entity.js';

export class RegisterBody {
  @IsString() @MaxLength(254) email!: string;
  /** 12 to 128 characters. */
  @IsString() @MaxLength(4096) password!: string;
  @IsOptional() @Length(1, 100) name?: string | null;
  /** What some clients call the name. */
  @IsOptional() @Length(1, 100) display_name?: string | null;
}

export class LoginBody {
  @IsString() @MaxLength(254) email!: string;
  @IsString() @MaxLength(4096) password!: string;
}

export class RefreshBody {
  @IsString() refresh_token!: string;
}

export class UserView {
  id!: string;
  email!: string;
  name!: string;
  role!: Role;
  /** The token of this call: one client reads it here to open its socket. */
  token?: string;

  static of({ id, email, name, role }: UserRow, token?: string): UserView {
    return { id, email, name, role, ...(token !== undefined && { token }) };
  }
}

export class RegisteredView {
  user!: UserView;
}

export class SignedInView {
  token!: string;
  access_token!: string;
  refresh_token!: string;
  token_type!: 'bearer';
  /** Seconds until the access token and its session end. */
  expires_in!: number;
  user!: UserView;
}

export class DoneView {
  success!: boolean;
  status!: string;
  message!: string;
}
