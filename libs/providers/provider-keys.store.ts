import { Injectable } from '@nestjs/common';
import { Database, type Tx, type Write } from '#libs/platform/database/index.js';
import { ProviderKeyRow } from './provider-key.entity.js';

/** Whose keys are meant. Nobody but `userId` ever uses them. */
export interface KeyHolder {
  readonly kind: ProviderKeyRow['holder'];
  readonly id: string;
  readonly userId: string;
}

/** Sealed keys in the database. Every question names the user: a key of somebody else is not there. */
@Injectable()
export class ProviderKeysStore {
  constructor(private readonly database: Database) {}

  /** By the name of their service. */
  list(holder: KeyHolder): Promise<readonly ProviderKeyRow[]> {
    return this.database.read.find(ProviderKeyRow, { where: heldBy(holder), order: { serviceKey: 'ASC' } });
  }

  /** What any of these holders has for a service. */
  find(holders: readonly KeyHolder[], serviceKey: string): Promise<readonly ProviderKeyRow[]> {
    return this.database.read.findBy(
      ProviderKeyRow,
      holders.map((holder) => ({ ...heldBy(holder), serviceKey })),
    );
  }

  findIn(tx: Tx, holder: KeyHolder, serviceKey: string): Promise<ProviderKeyRow | null> {
    return tx.findOneBy(ProviderKeyRow, { ...heldBy(holder), serviceKey });
  }

  count(tx: Tx, holder: KeyHolder): Promise<number> {
    return tx.countBy(ProviderKeyRow, heldBy(holder));
  }

  async insert(tx: Tx, row: ProviderKeyRow): Promise<void> {
    await tx.insert(ProviderKeyRow, row);
  }

  async replace(tx: Tx, id: string, key: Pick<ProviderKeyRow, 'serviceName' | 'sealed' | 'updatedAt'>): Promise<void> {
    await tx.update(ProviderKeyRow, { id }, key);
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.delete(ProviderKeyRow, { id });
  }

  async forget(tx: Tx, holder: KeyHolder): Promise<void> {
    await tx.delete(ProviderKeyRow, heldBy(holder));
  }

  /** As `insert`, for a unit of somebody else. */
  insertion(row: ProviderKeyRow): Write {
    const { id, holder, holderId, userId, serviceName, serviceKey, sealed, createdAt, updatedAt } = row;
    return {
      table: 'provider_key',
      values: {
        id,
        holder,
        holder_id: holderId,
        user_id: userId,
        service_name: serviceName,
        service_key: serviceKey,
        sealed,
        created_at: createdAt,
        updated_at: updatedAt,
      },
    };
  }

  /** As `forget`, for a unit of somebody else. */
  removal({ kind, id, userId }: KeyHolder): Write {
    return { table: 'provider_key', where: { holder: kind, holder_id: id, user_id: userId } };
  }
}

function heldBy({ kind, id, userId }: KeyHolder): Pick<ProviderKeyRow, 'holder' | 'holderId' | 'userId'> {
  return { holder: kind, holderId: id, userId };
}
