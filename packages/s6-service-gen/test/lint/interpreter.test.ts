import t from 'tap'
import { interpreterOf } from '../../src/lint/interpreter.js'

t.test('the program that a script is for is behind those that prepare for it', async t => {
  for (const [first, program] of [
    ['#!/bin/sh', 'sh'],
    ['#! /bin/bash -e', 'bash'],
    ['#!/usr/bin/env -S dash -e', 'dash'],
    ['#!/command/with-contenv sh', 'sh'],
    ['#!/command/execlineb -P', 'execlineb'],
    ['exec web', ''],
  ] as const) {
    t.equal(interpreterOf(`${first}\nx\n`), program, first)
  }
})
